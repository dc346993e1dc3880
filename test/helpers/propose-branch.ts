import type { WorkingCopy } from '../../src/sandbox/working-copy.ts'
import type { Files } from './fleet.ts'

/** Pushes a branch with changes on top of main; the working copy stays at main. @returns the commit's id */
export async function proposeBranch(work: WorkingCopy, branch: string, files: Files): Promise<string> {
  await work.run('checkout', '--quiet', '-B', branch, 'main')
  for (const [path, text] of Object.entries(files))
    await (text === undefined ? work.remove(path) : work.write(path, text))
  const head = await work.commit(`Propose ${branch}`)
  await work.run('push', '--quiet', '--force', 'origin', branch)
  await work.run('checkout', '--quiet', 'main')
  return head
}
