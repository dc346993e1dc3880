import { buildGoTool } from '../../helpers/go-tool.ts'

/** Path of the real SOPS, of the version that program/go.mod names, which is built once, in some minutes. */
export function sopsProgram(): Promise<string> {
  return buildGoTool({
    module: 'adapters/sops/program',
    mainPackage: 'github.com/getsops/sops/v3/cmd/sops',
    name: 'sops',
    title: 'the real SOPS',
    duration: 'about four minutes',
  })
}
