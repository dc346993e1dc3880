import { fileURLToPath } from 'node:url'
import { guard } from '../../src/demo/reaper.ts'
import { buildGoProgram } from '../../src/go-program/build-go-program.ts'
import { goProgram } from '../../src/go-program/go-program.ts'

/**
 * The path of the real SOPS, of the version that program/go.mod names. It is built once, in some
 * minutes, into the user's cache directory.
 */
export async function sopsProgram(): Promise<string> {
  const program = await goProgram({
    directory: fileURLToPath(new URL('program', import.meta.url)),
    mainPackage: 'github.com/getsops/sops/v3/cmd/sops',
    buildArguments: ['build', '-trimpath', '-ldflags', '-s -w'],
    name: 'sops',
    title: 'the real SOPS, for the tests',
    duration: 'about four minutes',
  })
  await buildGoProgram(program, { onStart: guard })
  return program.program
}
