import test from 'ava'
import { safeUrl } from '../../../src/adapters/source/network/safe-url.ts'

const cases: readonly (readonly [url: string, from: string | undefined, pinned: boolean, isSafe: boolean])[] =
  [
    ['https://charts.example.com/index.yaml', undefined, false, true],
    ['http://charts.example.com/index.yaml', undefined, false, false],
    ['http://charts.example.com/index.yaml', undefined, true, true],
    ['http://127.0.0.1:1/index.yaml', undefined, false, true],
    ['http://[::1]:1/index.yaml', undefined, false, true],
    ['http://localhost/index.yaml', undefined, false, true],
    ['http://localhost.example.com/index.yaml', undefined, false, false],
    ['http://127.0.0.1.example.com/index.yaml', undefined, false, false],
    ['chat.tgz', 'https://charts.example.com/repo/index.yaml', false, true],
    ['https://cdn.example.com/chat.tgz', 'http://localhost/index.yaml', false, true],
    ['http://charts.example.com/chat.tgz', 'https://charts.example.com/index.yaml', true, false],
    ['http://127.0.0.1/latest/meta-data', 'https://charts.example.com/index.yaml', true, false],
    ['https://user:secret@charts.example.com/', undefined, true, false],
    ['file:///etc/passwd', undefined, true, false],
    ['//', undefined, true, false],
  ]

for (const [url, from, pinned, isSafe] of cases)
  test(`${url} from ${from ?? 'Git'} is ${isSafe ? 'asked' : 'refused'}${pinned ? ', pinned' : ''}`, (t) => {
    if (isSafe) t.notThrows(() => safeUrl(url, { from, pinned }))
    else t.notRegex(t.throws(() => safeUrl(url, { from, pinned })).message, /secret/)
  })
