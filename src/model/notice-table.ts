import type { FaultRow } from './fault-table.ts'

/**
 * Every notice: what a user should know about a declaration that is no fault. Code, message and remedy as in
 * the table of faults.
 */
export const noticeTable = {
  'varying-template': {
    title: 'the chart generates new values at each rendering',
    remedy: 'they are set once, when the object is created, and then kept; better to set them as values',
  },
  'unused-release-name': {
    title: 'spec.releaseName has no effect: only what a Helm chart makes is a release',
    remedy: 'remove it, or name a Helm chart as spec.template',
  },
  'other-release-name': {
    title: 'a Helm release has the objects of this chart under the names of another release',
    remedy: 'to take that release over, set spec.releaseName to its name; otherwise nothing to do',
  },
  'duplicate-key': {
    title: 'the chart renders a key twice in one mapping, of which the last counts, as for Helm',
    remedy: 'correct the chart: keep one of the two',
  },
  'ignored-fields': {
    title: 'fields whose values the cluster decides: what Git declares for them is ignored',
    remedy: 'nothing to do; remove them from Git to make that clear',
  },
  'hook-of-another-tool': {
    title: 'a hook of another tool, which Reeve does not run',
    remedy:
      'where it is needed, declare the object without that annotation, ordered by reeve.dev/wave; with reeve.dev/replace: "true", a Job runs again whenever it changes',
  },
  'mark-of-another-tool': {
    title: 'an annotation of another tool that has no equivalent in Reeve',
    remedy: 'remove the annotation if the object is right without it',
  },
  'left-to-others': {
    title: 'left alone, as its annotation says: neither created, changed nor deleted',
    remedy: 'remove the annotation in Git to have Reeve apply the object',
  },
  'left-out-of-kustomization': {
    title: 'manifests left out: a kustomization is in their directory or above, and none refers to them',
    remedy:
      'list them in the kustomization, or move them to a directory that has no kustomization in it or above',
  },
  'object-of-another-tool': {
    title: 'an object by which another tool deploys; it is applied like any other, and that tool acts on it',
    remedy:
      'to move what it deploys to Reeve, declare that as an Installation, then run reeve adopt, and remove this object',
  },
} as const satisfies Record<string, FaultRow>

export type NoticeCode = keyof typeof noticeTable
