/** Kinds that the API server serves and the catalogue has no object of, each with the reason. */
export const leftOut: Readonly<Record<string, string>> = {
  'v1 Binding': 'an order to the scheduler: nothing is kept',
  'v1 ComponentStatus': 'can only be read',
  'authentication.k8s.io/v1 SelfSubjectReview': 'a question: nothing is kept',
  'authentication.k8s.io/v1 TokenReview': 'a question: nothing is kept',
  'authorization.k8s.io/v1 LocalSubjectAccessReview': 'a question: nothing is kept',
  'authorization.k8s.io/v1 SelfSubjectAccessReview': 'a question: nothing is kept',
  'authorization.k8s.io/v1 SelfSubjectRulesReview': 'a question: nothing is kept',
  'authorization.k8s.io/v1 SubjectAccessReview': 'a question: nothing is kept',
}
