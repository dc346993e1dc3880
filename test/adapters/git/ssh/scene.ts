import type { ExecutionContext, TestFn } from 'ava'
import type { RepositoryOptions } from '../../../../src/adapters/git/repository.ts'
import type { SshSettings } from '../../../../src/model/ssh-settings.ts'
import { type HostKeyType, type Sshd, startSshd } from '../../../helpers/sshd.ts'
import { type GitScene, gitScene } from '../set-up.ts'

export interface SshScene extends GitScene {
  readonly sshd: Sshd
  /** Opens the repository over SSH. */
  openSsh(ssh?: SshSettings, options?: Partial<RepositoryOptions>): ReturnType<GitScene['open']>
}

/** One sshd for all tests of a file. @returns makes a Git scene whose repository it serves, too */
export function sshScenes(
  test: TestFn,
  hostKeys?: readonly HostKeyType[],
): (t: ExecutionContext) => Promise<SshScene> {
  let started: Sshd | undefined
  test.before('start sshd', async () => {
    started = await startSshd(hostKeys)
  })
  test.after.always('stop it', () => started?.[Symbol.asyncDispose]())
  return async (t) => {
    const sshd = started
    if (sshd === undefined) throw new Error('no test has begun')
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
