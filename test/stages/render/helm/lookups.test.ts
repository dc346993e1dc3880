import test from 'ava'
import { Lookups } from '../../../../src/stages/render/helm/lookups.ts'
import { standInsFor } from '../../../../src/stages/render/secrets/stand-ins.ts'

const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bank' }, data: { token: 'c2VjcmV0' } }
const ask = async () => ({ object: SECRET })
const question = (apiVersion: string) => ({ apiVersion, kind: 'Secret', namespace: 'victim', name: 'bank' })

for (const apiVersion of ['v1', '/v1'])
  test(`Secrets of ${apiVersion} are refused where they are to be, and replaced by stand-ins`, async (t) => {
    const refusing = new Lookups({ ask, refusesSecrets: true })
    await t.throwsAsync(refusing.answer(question(apiVersion)), { message: /Secret/ })
    const lookups = new Lookups({ ask, refusesSecrets: false })
    t.deepEqual(await lookups.answer(question(apiVersion)), { object: SECRET })
    t.true(lookups.readsSecrets)
    const { object } = await lookups.withStandIns(question(apiVersion), standInsFor(undefined))
    t.false(JSON.stringify(object).includes(SECRET.data.token))
  })
