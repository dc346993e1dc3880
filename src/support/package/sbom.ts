import type { Library } from './libraries.ts'
import { version } from './package-root.ts'

/** A module of a Go program (`go version -m -json`, runtime/debug.BuildInfo). */
export interface GoModule {
  readonly Path: string
  readonly Version: string
  readonly Replace?: GoModule
}

/**
 * The bill of materials of the program: CycloneDX 1.6, without a time, so that the same content gives the same
 * document.
 * @param modules those of the renderer
 */
export function sbomOf(libraries: readonly Library[], modules: readonly GoModule[]): string {
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': 'reeve',
        name: 'reeve',
        version: version(),
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    components: [...libraries.map(ofNpm), ...modules.map(ofGo)],
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function ofNpm({ name, version, license }: Library) {
  const purl = `pkg:npm/${name.replace(/^@/, '%40')}@${version}`
  return {
    ...component(name, version, purl),
    ...(license !== undefined && { licenses: [{ expression: license }] }),
  }
}

function ofGo({ Replace, ...module }: GoModule) {
  const { Path, Version } = Replace ?? module
  return component(Path, Version, `pkg:golang/${Path.toLowerCase()}@${Version}`)
}

function component(name: string, version: string, purl: string) {
  return { type: 'library', 'bom-ref': purl, name, version, purl }
}
