import test from 'ava'
import { isAllowedBase, readRemoteBase } from '../../../src/stages/declare/remote-base.ts'

const commit = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const query = `?ref=${commit}`

const FORMS: Readonly<Record<string, readonly [url: string, path: string, ref: string]>> = {
  [`https://git.example.com/org/repo//a/b${query}`]: ['https://git.example.com/org/repo', 'a/b', commit],
  [`https://git.example.com/org/repo.git/a/b${query}`]: [
    'https://git.example.com/org/repo.git',
    'a/b',
    commit,
  ],
  [`https://git.example.com/a/b/c/repo.git//d/${query}`]: [
    'https://git.example.com/a/b/c/repo.git',
    'd',
    commit,
  ],
  [`https://git.example.com/a/b/c/repo.git${query}`]: ['https://git.example.com/a/b/c/repo.git', '', commit],
  [`https://git.example.com/org/repo/a/b${query}`]: ['https://git.example.com/org/repo', 'a/b', commit],
  [`https://git.example.com/org/repo${query}`]: ['https://git.example.com/org/repo', '', commit],
  [`https://git.example.com/org/_git/repo/a${query}`]: ['https://git.example.com/org/_git/repo', 'a', commit],
  [`git::https://git.example.com/org/repo//a${query}`]: ['https://git.example.com/org/repo', 'a', commit],
  [`HTTPS://Git.Example.com/Org/repo//a${query}`]: ['https://git.example.com/Org/repo', 'a', commit],
  [`http://127.0.0.1:8080/repo.git//a${query}`]: ['http://127.0.0.1:8080/repo.git', 'a', commit],
  [`github.com/org/repo//a${query}`]: ['https://github.com/org/repo', 'a', commit],
  [`GitHub.com/org/repo/a/../b${query}`]: ['https://github.com/org/repo', 'b', commit],
  [`github.com/org/my.github.io/a${query}`]: ['https://github.com/org/my.github.io', 'a', commit],
  'github.com/org/repo': ['https://github.com/org/repo', '', ''],
  'github.com/org/repo?version=v1&timeout=90s&submodules=false': ['https://github.com/org/repo', '', 'v1'],
  'github.com/org/repo?version=v1&ref=v2': ['https://github.com/org/repo', '', 'v2'],
  'github.com/org/repo?ref=&version=v1': ['https://github.com/org/repo', '', 'v1'],
}

for (const [text, [url, path, ref]] of Object.entries(FORMS)) {
  test(`${text} is a directory of a repository`, (t) => t.deepEqual(readRemoteBase(text), { url, path, ref }))
}

const REFUSED: Readonly<Record<string, readonly [code: 'bad-remote-base' | 'remote-file', details: RegExp]>> =
  {
    'https://user:hunter2@git.example.com/org/repo//a': ['bad-remote-base', /credentials/],
    'https://hunter2@github.com/org/repo.yaml': ['bad-remote-base', /credentials/],
    'git@github.com:org/repo': ['bad-remote-base', /SSH/],
    'ssh://git.example.com/org/repo': ['bad-remote-base', /no https/],
    'file:///srv/repo//a': ['bad-remote-base', /no https/],
    'https:///org/repo//a': ['bad-remote-base', /no https/],
    'github.com:org/repo': ['bad-remote-base', /no https/],
    'git::../base': ['bad-remote-base', /no https/],
    'github.com/org/repo?ref=v1&access_token=hunter2': ['bad-remote-base', /a parameter/],
    'github.com/org/repo?ref=v1?hunter2=x': ['bad-remote-base', /a parameter/],
    'github.com/allowed/../evil/repo.git//a': ['bad-remote-base', /normal form/],
    'github.com/allowed/%2E%2e/evil/repo.git//a': ['bad-remote-base', /normal form/],
    'github.com/allowed%2f..%2fevil/repo//a': ['bad-remote-base', /normal form/],
    'github.com/allowed\\evil/repo//a': ['bad-remote-base', /normal form/],
    'github.com/org/re\tpo//a': ['bad-remote-base', /normal form/],
    'github.com/org/repo#hunter2//a': ['bad-remote-base', /normal form/],
    'github.com//org/repo': ['bad-remote-base', /what the repository is/],
    'github.com/org/repo//../../etc': ['bad-remote-base', /leads out/],
    'github.com/org/repo//a/.git/hooks': ['bad-remote-base', /leads out/],
    'github.com/org/repo//a\\b': ['bad-remote-base', /leads out/],
    'github.com/org/repo//http://x': ['bad-remote-base', /leads out/],
    'https://example.com/a.yaml': ['remote-file', /^"https:\/\/example\.com\/a\.yaml"$/],
    'https://raw.example.com/org/repo/main/a.yml?token=hunter2': ['remote-file', /a\.yml"$/],
    'https://example.com/manifests': ['bad-remote-base', /what the repository is/],
  }

for (const [text, [code, details]] of Object.entries(REFUSED)) {
  test(`${JSON.stringify(text)} is refused`, (t) => {
    const found = readRemoteBase(text)
    if (found === undefined || !('code' in found)) return t.fail(JSON.stringify(found))
    t.is(found.code, code)
    t.regex(found.details, details)
    t.notRegex(found.details, /user:|hunter2=|token/)
  })
}

for (const text of [
  '../base',
  'web.yaml',
  '',
  '/base',
  'a@b/c',
  'github.com.yaml',
  'github.com/a.yaml',
  'x:y',
]) {
  test(`${JSON.stringify(text)} is a path`, (t) => t.is(readRemoteBase(text), undefined))
}

test('what is allowed is a prefix by whole segments, whatever the scheme', (t) => {
  const isAllowed = (url: string) => isAllowedBase(url, ['github.com/org', 'git.example.com'])
  t.true(isAllowed('https://github.com/org/repo.git'))
  t.true(isAllowed('https://github.com/org'))
  t.true(isAllowed('http://git.example.com/any/repo'))
  t.false(isAllowed('https://github.com/organisation/repo'))
  t.false(isAllowed('https://github.com/other/org'))
  t.false(isAllowed('https://git.example.com.evil.test/repo'))
  t.false(isAllowed('https://git.example.com:8443/repo'))
  t.false(isAllowedBase('https://github.com/org/repo', []))
})
