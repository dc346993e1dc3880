/** The owner of an object before Reeve, by the marks that it left on the object. */
export interface FormerOwner {
  readonly tool:
    | 'helm'
    | 'flux-kustomization'
    | 'flux-helm-release'
    | 'argo-cd'
    | 'kubectl'
    /** No mark names the owner: `name` is the field manager that last wrote the object. */
    | 'manager'
  /** Namespace of its release, Kustomization or Application; '' where the marks do not name it. */
  readonly namespace: string
  /** '' for kubectl, which has no name for applied objects. */
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

/** Describes an owner for people: `Helm release acme/web`, `kubectl apply`. */
export function describeOwner({ tool, namespace, name }: FormerOwner): string {
  if (tool === 'kubectl') return TITLES.kubectl
  return `${TITLES[tool]} ${namespace === '' ? name : `${namespace}/${name}`}`
}

/** Key for maps of owners. */
export function ownerId({ tool, namespace, name }: FormerOwner): string {
  return `${tool}/${namespace}/${name}`
}
