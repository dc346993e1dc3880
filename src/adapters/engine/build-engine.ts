import { type BuildOptions, buildGoProgram } from '../go-program/build-go-program.ts'
import { engineSource } from './engine-source.ts'

/** Path of the program reeve-engine, built where it is missing. Rejects with the fault go-build. */
export async function buildEngine(options: BuildOptions = {}): Promise<string> {
  const source = await engineSource(options.environment)
  await buildGoProgram(source, options)
  return source.program
}
