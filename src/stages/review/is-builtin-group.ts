/** Groups of Kubernetes itself: every other one is of custom resources. */
const BUILTIN = /^(?:|apps|batch|autoscaling|policy|extensions|.+\.k8s\.io)$/

/** Whether the kinds of an API group come with Kubernetes. */
export function isBuiltinGroup(group: string): boolean {
  return BUILTIN.test(group)
}
