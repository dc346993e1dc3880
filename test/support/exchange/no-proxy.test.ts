import test from 'ava'
import { isLoopback, noProxy } from '../../../src/support/exchange/no-proxy.ts'

/** NO_PROXY, the URLs that need no proxy, and those that do: as golang.org/x/net/http/httpproxy has it. */
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['', [], ['http://example.com', 'http://10.0.0.1']],
  ['*', ['http://example.com', 'https://[::1]:8443', 'http://10.0.0.1'], []],
  ['a.example, *', ['http://other.example'], []],
  [
    'example.com',
    ['http://example.com', 'https://EXAMPLE.com:8443', 'http://a.b.example.com', 'http://example.com.'],
    ['http://notexample.com', 'http://example.com.evil.test', 'http://com'],
  ],
  ['.example.com', ['http://a.example.com'], ['http://example.com', 'http://aexample.com']],
  ['*.example.com', ['http://a.example.com', 'http://a.b.example.com'], ['http://example.com']],
  ['.svc,.cluster.local', ['https://kubernetes.default.svc', 'http://a.b.svc.cluster.local'], ['http://svc']],
  [
    'example.com:8080',
    ['http://example.com:8080', 'http://a.example.com:8080'],
    ['http://example.com', 'http://example.com:80', 'https://example.com'],
  ],
  ['example.com:443', ['https://example.com'], ['http://example.com']],
  [
    '10.0.0.0/8',
    ['http://10.255.0.1', 'https://10.0.0.1:6443'],
    ['http://11.0.0.1', 'http://a10.0.0.1.test'],
  ],
  ['10.0.0.1/32', ['http://10.0.0.1'], ['http://10.0.0.2']],
  ['0.0.0.0/0', ['http://192.0.2.1'], ['http://[2001:db8::1]', 'http://example.com']],
  ['192.0.2.1', ['http://192.0.2.1', 'https://192.0.2.1:6443'], ['http://192.0.2.10']],
  ['192.0.2.1:80', ['http://192.0.2.1'], ['https://192.0.2.1']],
  ['fd00::/8', ['http://[fd12::1]', 'https://[fdff:0:0::2]:6443'], ['http://[fe80::1]', 'http://10.0.0.1']],
  ['2001:db8::1', ['http://[2001:db8:0:0::1]:8080'], ['http://[2001:db8::2]']],
  ['[2001:db8::1]:443', ['https://[2001:db8::1]'], ['http://[2001:db8::1]']],
  ['[2001:db8::1]', ['http://[2001:db8::1]'], []],
  ['10.0.0.0/8', ['http://[::ffff:10.0.0.1]'], []],
  [' a.example ,\tb.example c.example', ['http://a.example', 'http://b.example', 'http://c.example'], []],
  ['bücher.example', ['http://b%C3%BCcher.example', 'http://shop.xn--bcher-kva.example'], []],
  ['10.0.0.0/33,10.0.0.0/x,:80,,/8,http://example.com', [], ['http://10.0.0.1', 'http://example.com']],
]

for (const [text, direct, proxied] of CASES)
  test(`NO_PROXY ${JSON.stringify(text)}: ${[...direct, 'not', ...proxied].join(' ')}`, (t) => {
    const isDirect = noProxy(text)
    for (const url of direct) t.true(isDirect(new URL(url)), url)
    for (const url of proxied) t.false(isDirect(new URL(url)), url)
  })

test('this machine is known by name and by address', (t) => {
  for (const host of ['localhost', 'LOCALHOST.', '127.0.0.1', '127.9.9.9', '[::1]'])
    t.true(isLoopback(new URL(`https://${host}:6443`)), host)
  for (const host of ['localhost.example', '128.0.0.1', '[::2]', '127.example'])
    t.false(isLoopback(new URL(`https://${host}:6443`)), host)
})
