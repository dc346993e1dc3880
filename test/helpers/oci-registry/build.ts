import { buildGoTool } from '../go-tool.ts'

/** Path of the real registry (CNCF Distribution), which is built once, in some minutes. */
export function buildOciRegistry(): Promise<string> {
  return buildGoTool({
    module: 'oci-registry',
    mainPackage: 'github.com/distribution/distribution/v3/cmd/registry',
    name: 'registry',
    title: 'a real OCI registry',
    duration: 'about two minutes',
  })
}
