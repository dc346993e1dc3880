import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { FaultError } from '../../src/model/fault.ts'
import { startControlPlane } from '../../src/sandbox/control-plane.ts'
import { findPrograms } from '../../src/sandbox/control-plane-binary.ts'

/** A directory such as setup-envtest makes: one program each, here made from the real ones. */
async function assets(names: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-assets-'))
  const [program] = (await findPrograms({ ...process.env, KUBEBUILDER_ASSETS: '' })).etcd
  for (const name of names) {
    const path = join(directory, name)
    await writeFile(path, `#!/bin/sh\nexec '${program}' ${name} "$@"\n`)
    await chmod(path, 0o755)
  }
  return {
    programs: () => findPrograms({ KUBEBUILDER_ASSETS: directory }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

test('the programs in KUBEBUILDER_ASSETS make a control plane', async (t) => {
  await using built = await assets(['etcd', 'kube-apiserver', 'kubectl'])
  await using controlPlane = await startControlPlane({ programs: await built.programs() })
  t.like(await controlPlane.kubectl(['get', 'namespace', 'default', '-o', 'name']), {
    code: 0,
    stdout: 'namespace/default\n',
  })
})

test('controllers are refused where KUBEBUILDER_ASSETS has no kube-controller-manager', async (t) => {
  await using built = await assets(['etcd', 'kube-apiserver', 'kubectl'])
  const programs = await built.programs()
  const error = await t.throwsAsync(startControlPlane({ programs, controllers: true }), {
    instanceOf: FaultError,
  })
  t.regex(error.message, /kube-controller-manager/)
  t.regex(error.fault.remedy, /KUBEBUILDER_ASSETS/)
})

test('every program that KUBEBUILDER_ASSETS lacks is named', async (t) => {
  await using built = await assets(['kube-apiserver'])
  await t.throwsAsync(built.programs(), { instanceOf: FaultError, message: /etcd, kubectl/ })
})
