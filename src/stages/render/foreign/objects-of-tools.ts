import { gvkOf, type KubernetesObject } from '../../../model/object.ts'

/** Tools by the API group of the objects that tell them what to deploy. */
const TOOLS: ReadonlyMap<string, { readonly tool: string; readonly kinds?: ReadonlySet<string> }> = new Map([
  ['kustomize.toolkit.fluxcd.io', { tool: 'Flux' }],
  ['helm.toolkit.fluxcd.io', { tool: 'Flux' }],
  ['source.toolkit.fluxcd.io', { tool: 'Flux' }],
  ['image.toolkit.fluxcd.io', { tool: 'Flux' }],
  ['fluxcd.controlplane.io', { tool: 'Flux' }],
  ['argoproj.io', { tool: 'Argo CD', kinds: new Set(['Application', 'ApplicationSet', 'AppProject']) }],
  ['fleet.cattle.io', { tool: 'Rancher Fleet' }],
  ['kappctrl.k14s.io', { tool: 'kapp-controller' }],
  ['packaging.carvel.dev', { tool: 'kapp-controller' }],
  ['configsync.gke.io', { tool: 'Config Sync' }],
  ['configmanagement.gke.io', { tool: 'Config Sync' }],
])

/** The tool that deploys what an object says; undefined for any other object. */
export function toolOf(object: KubernetesObject): string | undefined {
  const { group, kind } = gvkOf(object)
  const found = TOOLS.get(group)
  return found?.kinds?.has(kind) === false ? undefined : found?.tool
}
