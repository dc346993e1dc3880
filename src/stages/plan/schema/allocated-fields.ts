/**
 * Fields that the API server, a controller or an injector fills in with a free or discovered value: an empty
 * value, null or a missing field keeps the live value (core/v1 types, "populated by the system", "assigned
 * automatically"); any other value is applied. By component; names are separated by spaces. For fields whose
 * declared values do not count either, see ownership/controlled-fields.ts.
 */
const allocatedFields: Readonly<Record<string, string>> = {
  'io.k8s.api.admissionregistration.v1.WebhookClientConfig': 'caBundle',
  'io.k8s.api.batch.v1.JobSpec': 'selector',
  'io.k8s.api.core.v1.NodeSpec': 'podCIDR podCIDRs',
  'io.k8s.api.core.v1.ObjectReference': 'apiVersion kind resourceVersion uid',
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec': 'volumeName',
  'io.k8s.api.core.v1.PersistentVolumeSpec': 'claimRef',
  'io.k8s.api.core.v1.PodSpec': 'nodeName',
  'io.k8s.api.core.v1.ServiceAccount': 'imagePullSecrets secrets',
  'io.k8s.api.core.v1.ServicePort': 'nodePort',
  'io.k8s.api.core.v1.ServiceSpec': 'clusterIP clusterIPs healthCheckNodePort ipFamilies ipFamilyPolicy',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig': 'caBundle',
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec': 'caBundle',
}

export function isAllocated(component: string, field: string): boolean {
  return allocatedFields[component]?.split(' ').includes(field) ?? false
}
