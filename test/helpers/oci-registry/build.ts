import { fileURLToPath } from 'node:url'
import { guard } from '../../../src/demo/reaper.ts'
import { buildGoProgram } from '../../../src/go-program/build-go-program.ts'
import { goProgram } from '../../../src/go-program/go-program.ts'

/**
 * Builds the real registry (CNCF Distribution) with Go where it is not there yet; processes that want it at
 * once build it once. @returns the path of the program, in the user's cache directory
 */
export async function buildOciRegistry(): Promise<string> {
  const program = await goProgram({
    directory: fileURLToPath(new URL('../../oci-registry', import.meta.url)),
    mainPackage: 'github.com/distribution/distribution/v3/cmd/registry',
    buildArguments: ['build', '-trimpath', '-ldflags', '-s -w'],
    name: 'registry',
    title: 'a real OCI registry, for the tests',
    duration: 'about two minutes',
  })
  await buildGoProgram(program, { onStart: guard })
  return program.program
}
