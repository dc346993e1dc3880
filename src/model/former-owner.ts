/** Who has an object before Reeve does, by the marks that it left on the object. */
export interface FormerOwner {
  readonly tool:
    | 'helm'
    | 'flux-kustomization'
    | 'flux-helm-release'
    | 'argo-cd'
    | 'kubectl'
    /** No mark tells it: `name` is the field manager that wrote the object last. */
    | 'manager'
  /** Where its release, Kustomization or Application is; '' where the marks do not say it. */
  readonly namespace: string
  /** '' for kubectl, which has no name for what it applied. */
  readonly name: string
}

const TITLES: Readonly<Record<FormerOwner['tool'], string>> = {
  helm: 'Helm release',
  'flux-kustomization': 'Flux Kustomization',
  'flux-helm-release': 'Flux HelmRelease',
  'argo-cd': 'Argo CD Application',
  kubectl: 'kubectl apply',
  manager: 'field manager',
}

/** An owner for people: `Helm release acme/web`, `kubectl apply`. */
export function describeOwner({ tool, namespace, name }: FormerOwner): string {
  if (tool === 'kubectl') return TITLES.kubectl
  return `${TITLES[tool]} ${namespace === '' ? name : `${namespace}/${name}`}`
}

/** The key of maps of owners. */
export function ownerId({ tool, namespace, name }: FormerOwner): string {
  return `${tool}/${namespace}/${name}`
}
