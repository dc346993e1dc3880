import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import test from 'ava'
import { trustedCertificates } from '../../../src/support/exchange/trust.ts'
import { selfSigned } from '../../helpers/certificate.ts'
import { directoryOf } from '../../helpers/temporary-directory.ts'

const BEGIN = '-----BEGIN CERTIFICATE-----'

test('a further certificate is added once to those of Node, wherever it is found', async (t) => {
  const { certificate } = selfSigned('private')
  const directory = await directoryOf(t, { 'one.pem': certificate, 'two.pem': `# again\r\n${certificate}` })
  const all = trustedCertificates([certificate], {
    SSL_CERT_FILE: join(directory, 'one.pem'),
    SSL_CERT_DIR: `/nowhere:${directory}`,
  })
  t.is(all?.filter((pem) => pem.includes(certificate.trim())).length, 1)
  t.is(all?.length, new Set(getCACertificates('default').map(onOneLine)).size + 1)
})

test('certificates that Node has are no further ones, however their lines end', async (t) => {
  const own = getCACertificates('default').join('\n')
  const directory = await directoryOf(t, { 'unix.pem': own, 'windows.pem': own.replaceAll('\n', '\r\n') })
  t.is(trustedCertificates([], { SSL_CERT_DIR: directory }), undefined)
})

test('what is no certificate is left out', async (t) => {
  const broken = `${BEGIN}\nAAAA\n-----END CERTIFICATE-----\n${BEGIN}\nAAAA`
  const directory = await directoryOf(t, { 'broken.pem': broken })
  t.is(trustedCertificates([], { SSL_CERT_FILE: join(directory, 'broken.pem') }), undefined)
})

function onOneLine(pem: string): string {
  return pem.replaceAll(/\s/g, '')
}
