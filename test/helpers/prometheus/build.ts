import { buildGoTool } from '../go-tool.ts'

/** Path of the real Prometheus, without its service discoveries, which is built once, in some minutes. */
export function buildPrometheus(): Promise<string> {
  return buildGoTool({
    module: 'prometheus',
    mainPackage: 'github.com/prometheus/prometheus/cmd/prometheus',
    name: 'prometheus',
    title: 'a real Prometheus',
    duration: 'about three minutes',
    tags: 'remove_all_sd',
  })
}
