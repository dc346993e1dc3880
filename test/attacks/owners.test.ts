import { writeJson } from '../../src/model/json.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, live } from '../helpers/live.ts'
import { documents } from '../helpers/manifests.ts'
import { configFile } from '../helpers/option-file.ts'
import { installation, manifest } from './documents.ts'
import { reeveWithAccounts } from './with-accounts.ts'

const OF_HELM = { 'meta.helm.sh/release-name': 'their-release', 'meta.helm.sh/release-namespace': 'theirs' }

const test = controlPlaneTest({}, async (controlPlane) => {
  const kubeconfig = await reeveWithAccounts(controlPlane, ['acme'])
  await kubectl(controlPlane, 'create', 'namespace', 'other')
  const helmed = ['other', 'acme'].map((home) =>
    manifest('v1', 'ConfigMap', home, 'helmed', { annotations: OF_HELM, data: { a: '1' } }),
  )
  await apply(controlPlane, documents(...helmed))
  return { kubeconfig }
})

test.serial('a chart with a hook learns nothing of an object that its account may not have', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
  const config = await configFile(t, { allowedServiceAccounts: ['acme/acme'] })
  await fleet.push({ ...chart('there', 'other', 'helmed'), ...chart('own', 'acme', 'helmed') })
  await fleet.sync(...config)
  const told = async (name: string) => {
    const { problems = [] } = (await fleet.record(name)) ?? {}
    return problems.map(({ code, message, object }) => `${code} ${object} ${message}`)
  }
  const there = await told('there')
  t.regex(there[0] ?? '', /^account-forbidden /)
  t.false(writeJson(there).includes('their-release'))
  await fleet.push(chart('absent', 'other', 'absent'))
  await fleet.sync(...config)
  t.deepEqual(
    there.map((text) => text.replaceAll('helmed', 'absent').replaceAll('there', 'absent')),
    await told('absent'),
  )
  t.true(writeJson(await told('own')).includes('their-release'), 'of its own namespace it is told')
  for (const name of ['there', 'absent', 'own'])
    t.is(await live(controlPlane, 'acme', `job/${name}`), undefined, 'no hook runs beside what is unknown')
})

/** A chart with a hook, a Job, and an object. */
function chart(name: string, home: string, object: string) {
  const hook = { annotations: { 'helm.sh/hook': 'pre-install' } }
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } }
  const path = `templates/${name}`
  return {
    [`${name}/reeve.yaml`]: installation(name, {
      namespace: 'acme',
      serviceAccountName: 'acme/acme',
      template: { path },
    }),
    [`${path}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
    [`${path}/templates/a.yaml`]: documents(
      manifest('batch/v1', 'Job', 'acme', name, { ...hook, spec: { template } }),
      manifest('v1', 'ConfigMap', home, object, { data: { a: '2' } }),
    ),
  }
}
