/**
 * Fields that the API server or a controller fills in with what is free or found, once and for all:
 * a zero value, null or nothing leaves what is there (core/v1 types, "populated by the system",
 * "assigned automatically"). By component, names apart by spaces.
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
