import test from 'ava'
import { repositoryOfUrl } from '../../../src/adapters/forge/repository-of-url.ts'

const CASES: Readonly<Record<string, readonly [origin: string, path: string] | undefined>> = {
  'https://github.com/acme/fleet': ['https://github.com', 'acme/fleet'],
  'https://github.com/acme/fleet.git': ['https://github.com', 'acme/fleet'],
  'https://github.com/acme/fleet.git/': ['https://github.com', 'acme/fleet'],
  'https://user:secret@github.com/acme/fleet?x=1#y': ['https://github.com', 'acme/fleet'],
  'http://127.0.0.1:3000/acme/fleet.git': ['http://127.0.0.1:3000', 'acme/fleet'],
  'https://gitlab.com/acme/platform/team/fleet.git': ['https://gitlab.com', 'acme/platform/team/fleet'],
  'https://git.example/base/acme/fleet.git': ['https://git.example', 'base/acme/fleet'],
  'https://git.example/acme/my%20fleet.git': ['https://git.example', 'acme/my fleet'],
  'git@github.com:acme/fleet.git': ['https://github.com', 'acme/fleet'],
  'github.com:acme/fleet': ['https://github.com', 'acme/fleet'],
  'git@[2001:db8::1]:acme/fleet.git': ['https://[2001:db8::1]', 'acme/fleet'],
  'git@git.example:/acme/fleet.git': ['https://git.example', 'acme/fleet'],
  'ssh://git@github.com/acme/fleet.git': ['https://github.com', 'acme/fleet'],
  'ssh://git@git.example:2222/acme/fleet.git': ['https://git.example', 'acme/fleet'],
  'git+ssh://git@git.example/acme/fleet': ['https://git.example', 'acme/fleet'],
  'https://github.com/fleet': undefined,
  'https://github.com/': undefined,
  'https://github.com/acme/..%2f..%2fadmin': undefined,
  'https://github.com/acme/%2e%2e': undefined,
  'https://github.com/acme/%zz': undefined,
  'file:///srv/acme/fleet.git': undefined,
  '/srv/acme/fleet.git': undefined,
  'C:/acme/fleet': undefined,
  '': undefined,
}

for (const [url, expected] of Object.entries(CASES))
  test(`the repository of ${url || 'no URL'} is ${expected?.join(' ') ?? 'none'}`, (t) => {
    const found = repositoryOfUrl(url)
    t.deepEqual(found && [found.origin, found.path.join('/')], expected && [...expected])
  })
