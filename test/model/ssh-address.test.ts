import test from 'ava'
import { readSshAddress, type SshAddress } from '../../src/model/ssh-address.ts'

const ADDRESSES: Readonly<Record<string, SshAddress>> = {
  'git@git.example.com:team/fleet.git': address('git.example.com', 22, 'team/fleet.git'),
  'git@git.example.com:/srv/fleet.git': address('git.example.com', 22, '/srv/fleet.git'),
  'git@git.example.com:~/fleet.git': address('git.example.com', 22, '~/fleet.git'),
  'git@GIT.Example.com:a%20b': address('git.example.com', 22, 'a%20b'),
  'git@[2001:db8::1]:fleet.git': address('2001:db8::1', 22, 'fleet.git'),
  'git@192.0.2.1:fleet.git': address('192.0.2.1', 22, 'fleet.git'),
  'ssh://git@git.example.com/team/fleet.git': address('git.example.com', 22, '/team/fleet.git'),
  'ssh://git@git.example.com:2222/team/fleet.git': address('git.example.com', 2222, '/team/fleet.git'),
  'ssh://git@[::1]:2222/fleet.git': address('::1', 2222, '/fleet.git'),
  'ssh://git@git.example.com/~/fleet.git': address('git.example.com', 22, '~/fleet.git'),
  'ssh://git@git.example.com/~ann/fleet.git': address('git.example.com', 22, '~ann/fleet.git'),
  'ssh://git@git.example.com/a%20b': address('git.example.com', 22, '/a b'),
  'ssh://ann%40example.com@git.example.com/a': {
    ...address('git.example.com', 22, '/a'),
    user: 'ann@example.com',
  },
  'APKAEIBAERJR2EXAMPLE@git-codecommit.eu-west-1.amazonaws.com:v1/repos/fleet': {
    ...address('git-codecommit.eu-west-1.amazonaws.com', 22, 'v1/repos/fleet'),
    user: 'APKAEIBAERJR2EXAMPLE',
  },
}

const PROBLEMS: Readonly<Record<string, RegExp>> = {
  'git.example.com:team/fleet.git': /names no user/,
  'ssh://git.example.com/team/fleet.git': /names no user/,
  'ssh://git:hunter2@git.example.com/fleet.git': /contains a password/,
  'ssh://git:hun%3Ater2@git.example.com/fleet.git': /contains a password/,
  'ssh://git%3Ahunter2@git.example.com/fleet.git': /contains a password/,
  'git@-oProxyCommand=touch x:fleet.git': /a host that is neither/,
  'ssh://git@-oProxyCommand=x/fleet.git': /a host that is neither/,
  'ssh://-oProxyCommand=x@git.example.com/fleet.git': /a user name that/,
  '-oProxyCommand=x@git.example.com:fleet.git': /a user name that/,
  'git@git.example.com:-u/fleet.git': /begins with "-"/,
  'git@git.example.com:--upload-pack=x': /begins with "-"/,
  'git@git.example.com:a\nb': /control characters/,
  'ssh://git@git.example.com/a%0ab': /control characters/,
  'ssh://git@git.example.com/a%00b': /control characters/,
  'ssh://git@git.exa\tmple.com/a': /control characters/,
  'ssh://git@git.example.com/a%zz': /is not an SSH URL/,
  'ssh://git@git.example.com': /is not an SSH URL/,
  'ssh://git@git.example.com/': /names no repository/,
  'git@git.example.com:': /names no repository/,
  'ssh://git@git.example.com:0/a': /a port that is not/,
  'ssh://git@git.example.com:65536/a': /a port that is not/,
  'ssh://git@git.example.com:2x/a': /a port that is not/,
  'ssh://git@git.example.com/a?ref=main': /after "\?" or "#"/,
  'ssh://git@git.example.com/a#main': /after "\?" or "#"/,
  'git@[git.example.com:2222]:a': /a host that is neither/,
  'git@[::g]:a': /a host that is neither/,
  'git@two words:a': /a host that is neither/,
  'git@git..example.com;x:a': /a host that is neither/,
  ' ssh://git@git.example.com/a': /is not an SSH URL/,
  'git+ssh://git@git.example.com/a': /is not an SSH URL/,
  [`git@git.example.com:${'a'.repeat(5_000)}`]: /more than 4096 characters/,
}

const OTHERS = [
  'https://git.example.com/a',
  'http://git@git.example.com:80/a',
  'fleet',
  '/srv/fleet.git',
  './a:b',
  '',
]

function address(host: string, port: number, path: string): SshAddress {
  return { user: 'git', host, port, path }
}

for (const [text, expected] of Object.entries(ADDRESSES)) {
  test(`${text} is an address of SSH`, (t) => {
    t.deepEqual(readSshAddress(text), { address: expected })
  })
}

for (const [text, problem] of Object.entries(PROBLEMS)) {
  test(`${JSON.stringify(text.slice(0, 60))} is a wrong address of SSH`, (t) => {
    const read = readSshAddress(text)
    t.true(read && 'problem' in read, JSON.stringify(read))
    t.regex(read && 'problem' in read ? read.problem : '', problem)
    t.false(JSON.stringify(read).includes('hunter2'))
  })
}

for (const text of OTHERS) {
  test(`${JSON.stringify(text)} is no address of SSH`, (t) => {
    t.is(readSshAddress(text), undefined)
  })
}
