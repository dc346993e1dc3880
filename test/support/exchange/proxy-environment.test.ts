import test from 'ava'
import { FaultError } from '../../../src/model/fault.ts'
import { proxyEnvironment } from '../../../src/support/exchange/proxy-environment.ts'

/** Environment, and the proxies for http:// and https://. */
const PROXIES: readonly (readonly [Readonly<Record<string, string>>, string, string])[] = [
  [{}, '', ''],
  [{ HTTP_PROXY: 'proxy.example:3128' }, 'http://proxy.example:3128/', ''],
  [{ HTTP_PROXY: 'proxy.example' }, 'http://proxy.example/', ''],
  [{ http_proxy: '10.0.0.1:8080' }, 'http://10.0.0.1:8080/', ''],
  [{ http_proxy: '[::1]:8080' }, 'http://[::1]:8080/', ''],
  [{ http_proxy: 'me:secret@proxy.example:1' }, 'http://me:secret@proxy.example:1/', ''],
  [{ http_proxy: 'lower:1', HTTP_PROXY: 'upper:1' }, 'http://lower:1/', ''],
  [{ http_proxy: '', HTTP_PROXY: 'upper:1' }, 'http://upper:1/', ''],
  [{ HTTP_PROXY: '  ' }, '', ''],
  [{ HTTPS_PROXY: 'HTTPS://Proxy.example:1' }, '', 'https://proxy.example:1/'],
  [
    { ALL_PROXY: 'socks5h://proxy.example:1080' },
    'socks5://proxy.example:1080',
    'socks5://proxy.example:1080',
  ],
  [{ all_proxy: 'all:1', HTTPS_PROXY: 'secure:1' }, 'http://all:1/', 'http://secure:1/'],
]

for (const [environment, httpProxy, httpsProxy] of PROXIES)
  test(`the proxies of ${JSON.stringify(environment)}`, (t) => {
    t.deepEqual(proxyEnvironment(environment), { httpProxy, httpsProxy })
  })

for (const nonsense of [
  '::: no',
  'http://',
  'socks4://h:1',
  'h:99999',
  'http://h:1/path',
  '%zz:x@h:1',
  'u:%zz@h:1',
])
  test(`${nonsense} is no proxy, and its text is not told`, (t) => {
    const error = t.throws(() => proxyEnvironment({ HTTPS_PROXY: nonsense }), { instanceOf: FaultError })
    t.true(error instanceof FaultError && error.fault.code === 'bad-proxy')
    t.regex(error?.message ?? '', /HTTPS_PROXY/)
    t.false(error?.message.includes(nonsense))
  })
