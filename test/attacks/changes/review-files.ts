import { spawnSync } from 'node:child_process'
import { gitEnvironment } from '../../../src/sandbox/git-process.ts'

/** The files of a branch of a bare repository: path → text. None where there is no such branch. */
export function reviewFiles(directory: string, branch: string): ReadonlyMap<string, string> {
  const listed = gitBytes(directory, ['ls-tree', '-r', '-z', branch, '--'])
  const entries = listed
    .toString()
    .split('\0')
    .filter(Boolean)
    .map((line) => ({ oid: line.split(/[ \t]/)[2] ?? '', path: line.slice(line.indexOf('\t') + 1) }))
  const batch = gitBytes(directory, ['cat-file', '--batch'], entries.map(({ oid }) => `${oid}\n`).join(''))
  const files = new Map<string, string>()
  let at = 0
  for (const { path } of entries) {
    const end = batch.indexOf('\n', at)
    const size = Number(batch.toString('latin1', at, end).split(' ')[2])
    files.set(path, batch.toString('utf8', end + 1, end + 1 + size))
    at = end + 1 + size + 1
  }
  return files
}

function gitBytes(cwd: string, args: readonly string[], input = ''): Buffer {
  return spawnSync('git', args, { cwd, input, env: gitEnvironment(), maxBuffer: 1 << 30 }).stdout
}
