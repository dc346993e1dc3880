import type { ExecutionContext, TestFn } from 'ava'
import type { RepositoryOptions } from '../../../../src/adapters/git/repository.ts'
import type { SshSettings } from '../../../../src/model/ssh-settings.ts'
import { type Sshd, startSshd } from '../../../helpers/sshd.ts'
import { type GitScene, gitScene } from '../set-up.ts'

export interface SshScene extends GitScene {
  readonly sshd: Sshd
  /** Opens the repository over SSH. */
  openSsh(ssh?: SshSettings, options?: Partial<RepositoryOptions>): ReturnType<GitScene['open']>
}

/** One sshd for all tests of a file. @returns makes a Git scene whose repository it serves, too */
export function sshScenes(test: TestFn): (t: ExecutionContext) => Promise<SshScene> {
  const started = Promise.withResolvers<Sshd>()
  test.before(async () => started.resolve(await startSshd()))
  test.after.always(async () => (await started.promise)[Symbol.asyncDispose]())
  return async (t) => {
    const sshd = await started.promise
    const scene = await gitScene(t)
    const url = sshd.url(scene.server.directory)
    const usual = { knownHostsFile: sshd.knownHosts, keyFile: sshd.keyFile }
    return {
      ...scene,
      sshd,
      openSsh: (ssh, options) => scene.open({ remote: { url, ssh: { ...usual, ...ssh } }, ...options }),
    }
  }
}
