/**
 * Fields that the API server or a controller fills in once, with a free or discovered value: a zero value,
 * null or a missing field keeps the live value (core/v1 types, "populated by the system", "assigned
 * automatically"). By component; names are separated by spaces.
 */
const allocatedFields: Readonly<Record<string, string>> = {
  'io.k8s.api.core.v1.NodeSpec': 'podCIDR podCIDRs',
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec': 'volumeName',
  'io.k8s.api.core.v1.PodSpec': 'nodeName',
  'io.k8s.api.core.v1.ServicePort': 'nodePort',
  'io.k8s.api.core.v1.ServiceSpec': 'clusterIP clusterIPs healthCheckNodePort ipFamilies ipFamilyPolicy',
}

export function isAllocated(component: string, field: string): boolean {
  return allocatedFields[component]?.split(' ').includes(field) ?? false
}
