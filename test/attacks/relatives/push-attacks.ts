import { mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Fleet } from '../../helpers/fleet.ts'
import type { Files } from './attack.ts'
import type { Generated } from './generate.ts'

/** Pushes a commit of these files and attacks, and of no other. */
export async function pushAttacks(
  { work }: Fleet,
  files: Files,
  attacks: readonly Generated[],
  subject: string,
  gone: readonly string[],
): Promise<void> {
  for (const entry of await readdir(work.directory))
    if (entry !== '.git') await rm(join(work.directory, entry), { recursive: true })
  for (const each of [files, ...attacks.map((attack) => attack.files)])
    for (const [path, text] of Object.entries(each)) await work.write(path, text)
  for (const { links = {} } of attacks)
    for (const [path, to] of Object.entries(links)) {
      await mkdir(dirname(join(work.directory, path)), { recursive: true })
      await symlink(to, join(work.directory, path))
    }
  const trailers = gone.map((name) => `Reeve-Allow-Deletion: ${name}\n`)
  await work.commit(`${subject}\n\n${trailers.join('')}`)
  await work.push()
}
