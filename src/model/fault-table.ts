export interface FaultRow {
  readonly title: string
  readonly remedy: string
}

/**
 * Every fault that Reeve reports: its code (stable, for programs), its message and its remedy. The first
 * block is about the contents of Git, the second about their effect in the cluster, the third about Reeve's
 * surroundings.
 */
export const faultTable = {
  'yaml-syntax': {
    title: 'not valid YAML',
    remedy: 'correct the syntax at this line',
  },
  'git-lfs-pointer': {
    title: 'a pointer of Git LFS in place of the file, which Reeve does not fetch',
    remedy: 'commit the file itself: git lfs untrack its pattern, then git add --renormalize and commit it',
  },
  'merge-conflict': {
    title: 'an unresolved merge conflict',
    remedy: 'resolve it and remove the lines that begin with <<<<<<<, ======= and >>>>>>>',
  },
  'go-template': {
    title: 'a Go template outside of a Helm chart',
    remedy:
      'move the file into the templates/ of a chart (a directory with a Chart.yaml), write ${values.x} in a template of Reeve, or quote a text that contains {{',
  },
  'yaml-duplicate-key': {
    title: 'duplicate key in a mapping',
    remedy: 'keep one of the two',
  },
  'yaml-too-many-aliases': {
    title: 'aliases expand to more than Reeve accepts',
    remedy: 'write the repeated parts out, or split the document',
  },
  'yaml-too-many-values': {
    title: 'a document of more values than Reeve reads',
    remedy: 'split the document; the API server takes no object of that size anyway',
  },
  'yaml-unsupported': {
    title: 'YAML that Reeve does not support',
    remedy: 'write the value as a plain scalar, list or mapping',
  },
  'integer-out-of-range': {
    title: 'an integer beyond ±9007199254740991, which Helm would round',
    remedy: 'use a smaller number, or quote it where the chart takes a string',
  },
  'not-utf8': {
    title: 'not UTF-8 text',
    remedy: 'save the file as UTF-8',
  },
  undecryptable: {
    title: 'a file encrypted by SOPS that Reeve cannot decrypt',
    remedy:
      'give the key with --age-key-file or --openpgp-key-file, or encrypt the file for a key that Reeve has',
  },
  'file-too-large': {
    title: 'the file is larger than Reeve reads',
    remedy: 'split the file, or move files that are not manifests out of the path',
  },
  'commit-too-large': {
    title: 'the commit has more documents than Reeve keeps',
    remedy:
      'move files that are not manifests out of the path, split the repository, or give Reeve more memory, of which the limit is a share',
  },
  symlink: {
    title: 'a symbolic link, which Reeve does not follow',
    remedy: 'commit a copy of the file, or remove the link',
  },
  submodule: {
    title: 'a submodule, which Reeve does not follow',
    remedy: 'commit the files themselves, or remove the submodule',
  },
  'too-deep': {
    title: 'a directory deeper than Reeve reads: 500 levels, or a path of 4096 characters',
    remedy: 'move its files up, or out of the path',
  },
  'directory-too-large': {
    title:
      'a directory with more below it than Reeve reads: a million files, or paths of 100 million characters',
    remedy: 'move what Reeve does not need to another repository, or below a path that is not followed',
  },
  'unsafe-path': {
    title: 'a path that leaves the repository',
    remedy: 'rename the file',
  },
  'not-an-object': {
    title: 'not a Kubernetes object',
    remedy: 'a document is a mapping with apiVersion, kind and metadata',
  },
  'missing-field': {
    title: 'a required field is missing or not a string',
    remedy: 'every object needs apiVersion, kind and metadata.name as strings',
  },
  'invalid-name': {
    title: 'not a name that Kubernetes accepts',
    remedy:
      'use lower-case letters, digits, "-" and ".", at most 253 characters (namespaces: 63, without ".")',
  },
  'invalid-release-name': {
    title: 'not a name that Helm accepts for a release',
    remedy: 'use lower-case letters, digits, "-" and ".", at most 53 characters',
  },
  'strategy-not-allowed': {
    title: 'strategy: blueGreen of a template that does not allow it',
    remedy:
      'annotate the Services of the template that are to be switched with reeve.dev/strategies: blueGreen, or leave the strategy out',
  },
  'cannot-be-doubled': {
    title: 'an object of which no second copy can run beside the first, as strategy: blueGreen asks',
    remedy: 'leave the strategy out, or change the template so that two copies can run at a time',
  },
  'invalid-metadata': {
    title: 'metadata that Kubernetes does not accept',
    remedy: 'labels and annotations are mappings from string to string; quote numbers and booleans',
  },
  'forbidden-key': {
    title: 'a key that Reeve refuses',
    remedy: 'rename the key; "__proto__" and "constructor" have no meaning in a manifest',
  },
  'generate-name': {
    title: 'generateName is not supported in Git',
    remedy: 'give the object a metadata.name; Reeve cannot find an object again by a generated name',
  },
  'reserved-metadata': {
    title: 'a label or annotation that Reeve itself writes',
    remedy: 'remove it from the manifest',
  },
  'document-metadata': {
    title: "metadata that a document of Reeve's own kinds may not have",
    remedy: 'remove it; a document has a name, a namespace, labels and annotations',
  },
  'duplicate-object': {
    title: 'one object declared in two places',
    remedy: 'keep it in one of them',
  },
  'duplicate-release': {
    title: 'two installations of one Helm release',
    remedy: 'give one of them another spec.releaseName or spec.namespace, or remove it',
  },
  'duplicate-installation': {
    title: 'two installations with the same name',
    remedy: 'give one of them another name; spec.releaseName keeps the name of its Helm release',
  },
  patch: {
    title: 'a patch, which is no object to apply',
    remedy:
      'name the file under patches of a kustomization.yaml in its directory, or declare the object as a whole',
  },
  'document-of-kustomize': {
    title: 'a document of Kustomize in a file that Kustomize does not read by itself',
    remedy:
      'name the file kustomization.yaml, in a directory of its own, or list it where a kustomization.yaml refers to it',
  },
  'unknown-document': {
    title: 'a document that this version of Reeve does not know',
    remedy: 'correct apiVersion and kind: reeve.dev/v1alpha1 has Installation and InstallationGroup',
  },
  'unused-template': {
    title: 'a template that no installation uses',
    remedy:
      'name its directory as template.path in an Installation or InstallationGroup, or move it out of the path',
  },
  'unused-component': {
    title: 'a Kustomize component that no kustomization refers to',
    remedy: 'name its directory under components of a kustomization.yaml, or remove it',
  },
  'no-template': {
    title: 'an Installation with nothing to apply: neither it nor any of its groups names a template',
    remedy: 'set spec.template or spec.group, or put manifests next to it in a directory of that name',
  },
  'unknown-template': {
    title: 'template not found',
    remedy:
      'correct the template: a path is relative to the root of its repository, a chart needs its exact name and version',
  },
  'unknown-values-file': {
    title: 'values file not found',
    remedy:
      'correct the path: it is relative to the root of the repository, and leads to a file that is no link',
  },
  'bad-values-file': {
    title: 'not a file of values',
    remedy: 'write one YAML mapping that is no Kubernetes object',
  },
  'source-not-allowed': {
    title: 'a template from a place that this Reeve does not fetch from',
    remedy:
      'copy the template into this repository, or have the administrator of Reeve allow the place with `sources` in its configuration file',
  },
  'source-address-refused': {
    title: 'a template from an address that is not public',
    remedy:
      'copy the template into this repository, or have the administrator of Reeve allow the network with --source-addresses or the addresses of `sources` in its configuration file',
  },
  'check-address-not-allowed': {
    title: 'a check of a server that this Reeve does not ask',
    remedy: 'remove the check, or have the administrator of Reeve allow the server with --check-addresses',
  },
  'template-unavailable': {
    title: 'the template cannot be fetched',
    remedy: 'check its URL, and that it can be read without credentials; reeve run retries by itself',
  },
  'unlocked-version': {
    title: 'a range of versions that reeve.lock.yaml has no version for',
    remedy: 'run reeve lock and commit reeve.lock.yaml, or write an exact version',
  },
  'bad-lock-file': {
    title: 'not a lock file that Reeve writes',
    remedy: 'take one side of a conflict, or delete reeve.lock.yaml; then run reeve lock',
  },
  'template-digest': {
    title: 'the template does not match its pinned digest',
    remedy: 'find out who changed it; if the change is intended, pin the new digest',
  },
  'unsigned-commit': {
    title: 'the commit is not signed, which the configuration of Reeve requires',
    remedy:
      'sign it and push it again (git commit --amend --no-edit -S), or push a signed commit after it where `verify` has the mode head',
  },
  'bad-signature': {
    title: 'the signature of the commit does not hold',
    remedy: 'find out who pushed it; sign it again by a key that is valid, or take it back',
  },
  'unknown-signer': {
    title: 'the commit is signed by another than the configuration of Reeve lists',
    remedy:
      'find out who signed it; if the signer is right, add the key to a file of `verify.keys`, or the name to `verify.principals`',
  },
  'unsupported-signature': {
    title: 'the commit has a signature of a kind that Reeve does not verify',
    remedy: 'sign it by OpenPGP or by an SSH key',
  },
  'unsigned-merge': {
    title: 'the merge was made by the forge, and what it merges is not signed as it has to be',
    remedy:
      'sign the commit that is merged and merge it again, or sign the merge yourself: the signature of the forge alone does not count where `verify.forgeMerges` is require-signed-parent',
  },
  'unverified-history': {
    title: 'a commit before the head is not signed as it has to be, and the head does not vouch for it',
    remedy:
      'take the commit out of the branch or sign it again (git rebase --exec "git commit --amend --no-edit -S"), and push the branch by force; or set the mode of `verify` to head',
  },
  'not-reviewed': {
    title: 'the installation would become another than was reviewed',
    remedy:
      'propose the change and have it reviewed and merged, or take it back; or write Reeve-Accept-Plan with the digest that the message names into the last paragraph of a commit, which has to be signed where commits have to be (docs/using/reviewed-plans.md)',
  },
  'held-change-goes': {
    title: 'merging this also applies what is held at the head of its target',
    remedy:
      'read what is pending, too: it was held as it was refused, or not reviewed; if it is not wanted, take it back in this change',
  },
  'review-not-merged': {
    title: 'the change is reviewed, and the forge has not said yet that it is merged',
    remedy:
      'wait until it is merged; if it is, look in the log of the Reeve with the role review why it cannot ask the forge',
  },
  'signing-key': {
    title: 'the key by which Reeve signs its commits cannot be used',
    remedy:
      'correct the file, or its path in `sign` of the configuration; a key with a passphrase needs passphraseFile',
  },
  'signature-keys': {
    title: 'the keys that commits are verified by cannot be read',
    remedy: 'correct the file, or its path in `verify` of the configuration',
  },
  'missing-provenance': {
    title: 'the chart is not signed, which the configuration of Reeve requires',
    remedy:
      'publish it with a signature (helm package --sign, cosign sign), or change `provenance` in the configuration',
  },
  'bad-provenance': {
    title: 'the signature of the chart does not hold for this package',
    remedy:
      'find out who changed the package or its signature; do not use it until its publisher signs it again',
  },
  'untrusted-signer': {
    title: 'the chart is signed by another than the configuration of Reeve lists',
    remedy:
      'find out who signed it; if the signer is right, add the key or identity to `provenance` in the configuration',
  },
  'provenance-keys': {
    title: 'the keys that charts are verified with cannot be read',
    remedy: 'correct the file, or its path in `provenance` of the configuration',
  },
  'bad-template': {
    title: 'the chart package cannot be unpacked',
    remedy: 'package the chart again with helm package, or use another version',
  },
  'template-too-large': {
    title: 'the template exceeds a size limit',
    remedy:
      'leave out files that it does not need, or give Reeve more memory, of which its limits are shares',
  },
  'chart-index-too-large': {
    title: 'the index of the chart repository exceeds a size limit',
    remedy:
      'take the chart from an OCI registry or from a repository of fewer charts, or give Reeve more memory, of which its limits are shares',
  },
  'no-installation': {
    title: 'no such installation',
    remedy: 'correct the name: that of an Installation document, or the path of a directory of manifests',
  },
  'unknown-group': {
    title: 'no such InstallationGroup',
    remedy: 'correct the name, or declare the group',
  },
  'no-rollout': {
    title: 'the group has no rollout of its own',
    remedy: 'name the group whose spec.rollout its members follow, or add spec.rollout to it',
  },
  'no-rollout-told': {
    title: 'the status branch tells of no rollout of the group',
    remedy: 'correct the name or --status-branch, or wait until Reeve has applied spec.rollout of the group',
  },
  'nothing-proven': {
    title: 'the group has proven nothing that the branch differs from',
    remedy: 'name the commit to go back to: --to COMMIT',
  },
  'needs-no-approval': {
    title: 'the group waits for no approval',
    remedy: 'nothing to do; with spec.rollout.approve: manual, it waits for one',
  },
  'not-a-member': {
    title: 'the installation does not follow the rollout of the group',
    remedy: 'name the innermost group with spec.rollout that it is in',
  },
  'no-document': {
    title: 'the installation has no Installation document',
    remedy:
      'add one with its name to its directory; without a group or a template it inherits nothing that could be pinned',
  },
  'not-editable': {
    title: 'the document cannot be edited in place',
    remedy:
      'change it by hand, or write it without aliases; a document that SOPS encrypted is edited by sops',
  },
  'ambiguous-group': {
    title: 'a member of several groups, none of which contains the others',
    remedy: 'set spec.group of the installation to one of them, or narrow their selectors',
  },
  'rollout-commit-gone': {
    title: 'the commit that its group is at is gone from Git, so that it stays as it is',
    remedy:
      'it follows its group when that moves on; to go on at once, push an empty commit with the trailer Reeve-Force: GROUP',
  },
  'rollout-unknown': {
    title: 'what its group had brought it to is not known yet, so that it stays as it is',
    remedy: 'Reeve reads it again by itself, as soon as Git and the API server answer; see its log',
  },
  'rollout-waits': {
    title: 'it is not brought to what its documents say yet',
    remedy: 'it is by itself as soon as that can be; nothing of it is lost meanwhile',
  },
  'group-has-members': {
    title: 'the group is gone from Git, but the installation is still a member of it',
    remedy:
      'bring the group back, or set spec.group of the installation to another group, or to "" for none: until then it stays as it is',
  },
  'group-cycle': {
    title: 'groups that contain each other',
    remedy: 'remove spec.group from one of them',
  },
  'rollout-cycle': {
    title: 'a rollout that waits for itself',
    remedy:
      'remove one of these: a group from spec.rollout.after, an installation from spec.dependsOn, or a group from another one; groups that come after each other may stand side by side in one around them',
  },
  'ring-without-rollout': {
    title: 'a rollout comes after a group that has none',
    remedy: 'give that group a rollout; all its fields have defaults: rollout: {}',
  },
  'too-many-values': {
    title: 'more values than Reeve merges for all installations of a commit',
    remedy:
      'move values that most members do not need out of their group, or give Reeve more memory, of which the limit is a share',
  },
  'group-too-deep': {
    title: 'a group inside too many others',
    remedy: 'put it into a group further out, or remove spec.group from one of them',
  },
  'duplicate-group': {
    title: 'two groups with the same name',
    remedy: 'rename one of them',
  },
  'chart-failed': {
    title: 'the Helm chart cannot be rendered',
    remedy: 'correct the values or the chart as Helm says',
  },
  'secret-lookup': {
    title: 'the chart looks up a Secret of the cluster, which only the followed branch may',
    remedy:
      'merge it first, or have an administrator set --lookup-secrets any; with --lookup-secrets none, set the value in Git, encrypted by SOPS',
  },
  'fork-lookup': {
    title: 'charts of a change from a fork may look up nothing in the cluster',
    remedy: 'have someone who may write to this repository push the branch here: that one is planned in full',
  },
  'lookup-not-allowed': {
    title: "Reeve's configuration does not let charts look up this object",
    remedy:
      'leave the lookup out, or have an administrator of Reeve allow the object by the key that the message names (docs/security.md)',
  },
  'secret-name': {
    title: 'the name of an object is made of a secret, and names are shown everywhere',
    remedy:
      'make names, namespaces and kinds of values that are in plain text, and leave such values out of what SOPS encrypts',
  },
  'bad-dependency': {
    title: 'a dependency of a chart that Reeve cannot fetch',
    remedy:
      'name a chart repository (https://…), an OCI registry (oci://…) or a chart of this repository (file://../…), and a version; or commit the dependency to charts/',
  },
  'unlocked-dependency': {
    title: 'a dependency of a chart with a range of versions, and no Chart.lock',
    remedy: 'run helm dependency update and commit Chart.lock, or write an exact version',
  },
  'stale-chart-lock': {
    title: 'the lock file of a chart does not match its dependencies',
    remedy: 'run helm dependency update and commit Chart.lock',
  },
  'kustomization-failed': {
    title: 'the Kustomize overlay cannot be built',
    remedy:
      'correct the kustomization as Kustomize says; besides remote bases it reads nothing outside the repository',
  },
  'chart-in-kustomization': {
    title: 'a kustomization that inflates a Helm chart, which Kustomize would have to fetch and run Helm for',
    remedy:
      'declare the chart as an Installation with spec.template.chart and spec.values, remove it here, and put the other manifests into the directory of that name',
  },
  'remote-base-not-allowed': {
    title: 'a kustomization refers to a repository that --remote-bases does not allow',
    remedy:
      'copy the base into this repository, or have the administrator allow the repository with --remote-bases',
  },
  'unpinned-remote-base': {
    title: 'a remote base of a kustomization without a full commit id',
    remedy: 'write ?ref= and the full commit id of 40 hexadecimal digits',
  },
  'bad-remote-base': {
    title: 'a remote base of a kustomization that Reeve cannot fetch',
    remedy:
      'write https://HOST/ORG/REPO//PATH?ref=COMMIT as plain text, without credentials; or copy the base into this repository',
  },
  'remote-file': {
    title: 'a kustomization refers to a file over HTTP, which may change at any time',
    remedy: 'commit the file beside the kustomization, and refer to its path',
  },
  'render-unavailable': {
    title: 'rendering is temporarily unavailable',
    remedy: 'reeve run retries by itself, at most minutes apart; see the log',
  },
  'still-rendering': {
    title: 'the template is not ready yet; the installation stays as it is until then',
    remedy:
      'nothing to do: it is applied once the template is ready; if that takes too long, look at the template and its source',
  },
  'undefined-value': {
    title: 'undefined value',
    remedy:
      "define it in the installation's or a group's values or the template's values.yaml, or write a default as in ${values.x:-y}",
  },
  'bad-reference': {
    title: 'not a reference to a value',
    remedy: 'correct it; write $${ for a literal ${',
  },
  'bad-value': {
    title: 'a value that the template does not accept',
    remedy: 'correct the value',
  },
  'bad-schema': {
    title: 'a values.schema.json that Reeve cannot evaluate',
    remedy:
      'correct the schema: patterns must be RE2 (no backreferences, no lookaround), and references must stay within the schema',
  },
  'too-large-rendering': {
    title: 'the rendered installation exceeds the size limit',
    remedy:
      'use the value in fewer places, split the installation, or give Reeve more memory, of which its limits are shares',
  },
  'bad-document': {
    title: "invalid document of Reeve's own kinds",
    remedy: 'correct the field; docs/reference/kinds.md lists the fields of an Installation',
  },
  'bad-expression': {
    title: 'invalid CEL expression',
    remedy:
      'correct the expression; its variable is object, and those of a check of a rollout are group, members and counts',
  },
  'unknown-dependency': {
    title: 'dependsOn names an unknown installation',
    remedy: 'correct the name: it is the path of the directory below the path of the Repository',
  },
  'dependency-cycle': {
    title: 'installations that depend on each other',
    remedy: 'remove one of the dependencies',
  },
  'unknown-kind': {
    title: 'the cluster does not serve this kind',
    remedy:
      'correct apiVersion and kind, or install its CustomResourceDefinition: Reeve applies the object as soon as it is there',
  },
  'unmanageable-kind': {
    title: 'objects of this kind cannot be managed: the API server does not store, list and watch them',
    remedy:
      'remove the object from Git; make such a request where it is needed, from a Job or with kubectl create',
  },
  'unknown-field': {
    title: 'a field that the kind does not have',
    remedy: 'correct or remove the field; see kubectl explain',
  },
  'invalid-field': {
    title: 'a field with a value that the kind does not accept',
    remedy: 'correct the value; see kubectl explain',
  },
  'not-owned': {
    title: 'the object exists and is not managed by Reeve',
    remedy:
      'have Reeve take it over (reeve adopt, or the annotation reeve.dev/adopt: "true" in Git), or rename it here',
  },
  'owned-by-another': {
    title: 'the object belongs to another Repository, that is, to a Reeve with another --name',
    remedy:
      'leave it to that Reeve: remove or rename it here; if that Reeve is this one under a former --name, use that name again; to move the object here, annotate it with reeve.dev/prune: "false", remove it from that Repository, remove its labels reeve.dev/repository and reeve.dev/installation, and adopt it',
  },
  controlled: {
    title: "another object controls this one and would revert Reeve's changes",
    remedy: 'declare the object that controls it instead (see metadata.ownerReferences)',
  },
  'owner-active': {
    title: 'the former owner is still active and would revert the adoption',
    remedy: 'suspend it, or turn its automated sync off, and run reeve adopt again',
  },
  'adoption-suspended': {
    title: 'the installation is suspended, so nothing of it is taken over',
    remedy: 'resume it first, by spec.suspended in Git or of its Installation object',
  },
  'release-in-use': {
    title: 'the record of the Helm release is kept: the release still has objects',
    remedy: 'declare those objects in Git and adopt them, too, or delete them',
  },
  'not-followed-yet': {
    title:
      'the running Reeve has not seen the installation at this commit, and would delete objects that it does not know',
    remedy:
      'wait until the status branch names the installation with this commit, or stop that Reeve, and try again',
  },
  'owned-elsewhere': {
    title: 'another installation already has this object',
    remedy:
      'remove it from one of the two, or give one another spec.releaseName or spec.namespace if they are of one Helm release; until then its current owner keeps it',
  },
  'being-deleted': {
    title: 'the object is being deleted and waits for its finalizers',
    remedy: 'Reeve creates it again once it is gone; look at metadata.finalizers if it stays',
  },
  'needs-replacement': {
    title: 'the live object cannot be changed like this',
    remedy:
      'revert the change, give the object a new name, or allow deleting and creating it with the annotation reeve.dev/replace: "true", which loses what it holds, such as the data of a volume',
  },
  'deletion-limit': {
    title: 'more would be deleted than a commit may delete without saying so',
    remedy:
      'if it is intended, push a commit that allows it: git commit --allow-empty -m "Allow deletions" --trailer "Reeve-Allow-Deletion: <installation>"',
  },
  'deletion-protected': {
    title: 'deleting an object of this kind also deletes data',
    remedy:
      'if it is intended, push a commit that allows it: git commit --allow-empty -m "Allow deletions" --trailer "Reeve-Allow-Deletion: <installation>"',
  },
  'installation-protected': {
    title: 'kept although no longer declared: deletion.protected says so where it was declared last',
    remedy: 'declare it again; to delete it, first push a commit that declares it without deletion.protected',
  },
  'deletion-pending': {
    title: 'no longer declared: it is asleep, and is deleted when its grace is over',
    remedy: 'declare it again to keep it',
  },
  'invalid-hook': {
    title: 'cannot be run as a hook (reeve.dev/hook)',
    remedy: 'correct the object or its annotations; docs/using/hooks.md has examples',
  },
  'hook-running': {
    title: 'waits for its hooks to end',
    remedy: 'nothing, unless it takes too long: look at the Pods of the Job, or set activeDeadlineSeconds',
  },
  'hook-failed': {
    title: 'stays as it is, because a hook failed',
    remedy:
      'correct what made it fail and push; to run the same Job again, delete it: kubectl delete job -n <namespace> <name>',
  },
  'operation-failed': {
    title: 'an operation failed',
    remedy:
      'look at its last words and the Pods of its Job; to run it again, delete the Job: kubectl delete job -n <namespace> <name>',
  },
  'namespace-in-use': {
    title: 'kept although no longer declared: others have objects in it, which would go with it',
    remedy:
      'delete these objects, or move them to another namespace; to keep the namespace, declare it again',
  },
  'deletion-held': {
    title: 'kept although no longer declared: a file with faults mentions it and may declare it',
    remedy: 'correct the faults in that file',
  },
  'deletion-waits': {
    title: 'kept although no longer declared, until its possible replacement is applied',
    remedy:
      'correct the objects that are not applied; if the deletion is intended anyway, push a commit that allows it: git commit --allow-empty -m "Allow deletions" --trailer "Reeve-Allow-Deletion: <installation>"',
  },
  'deletion-hangs': {
    title: 'the object is being deleted and does not go',
    remedy:
      'check that the controller that removes the finalizer is running; if none ever will, remove it from metadata.finalizers by hand',
  },
  'prune-disabled': {
    title: 'kept although no longer declared, because an annotation says so',
    remedy:
      'remove the annotation from the live object, set reeve.dev/prune: "true" on it, or delete the object by hand',
  },
  'unproven-mark': {
    title: 'marked as managed by Reeve without proof that Reeve made it; not deleted',
    remedy:
      'delete it by hand, or remove the label reeve.dev/repository and the annotation reeve.dev/applied from it',
  },
  'proof-unavailable': {
    title: 'kept for now although no longer declared: it cannot be verified yet that Reeve made it',
    remedy: 'reeve run retries by itself; to remove it sooner, delete it by hand',
  },
  rejected: {
    title: 'the API server refused the object',
    remedy: 'correct the manifest as the message says',
  },
  'policy-denied': {
    title: 'an admission policy or webhook of the cluster refused the object',
    remedy: 'change the manifest as the message asks, or have the policy or webhook changed',
  },
  'pod-security': {
    title: 'the object violates the Pod Security Standard of its namespace',
    remedy:
      'set the fields that the message names, mostly in securityContext; if the workload cannot do without, change the label pod-security.kubernetes.io/enforce of the namespace',
  },
  'quota-exceeded': {
    title: 'a ResourceQuota of the namespace refused the object',
    remedy: 'request less, set the requests or limits that the quota asks for, or raise the quota',
  },
  'limit-range': {
    title: 'a LimitRange of the namespace refused the object',
    remedy: 'set requests and limits within the range that the message names, or change the LimitRange',
  },
  'missing-reference': {
    title: 'the object refers to an object that does not exist',
    remedy:
      'declare the missing object, or correct the reference, such as roleRef, serviceAccountName or priorityClassName; reeve run retries by itself',
  },
  'not-allowed': {
    title: "Reeve's configuration does not allow this object",
    remedy:
      'take the object out, or have an administrator of Reeve allow it by the key that the message names (docs/security.md)',
  },
  'no-service-account': {
    title: "Reeve's configuration requires a service account",
    remedy:
      'name one by serviceAccountName, in the installation or its group; an administrator of Reeve can set defaultServiceAccount',
  },
  'service-account-not-allowed': {
    title: "Reeve's configuration does not allow this service account",
    remedy: 'name another one, or have an administrator of Reeve add it to allowedServiceAccounts',
  },
  'service-account-of-group': {
    title: 'another service account than that of its group',
    remedy: 'remove serviceAccountName here, or change that of the group',
  },
  'account-forbidden': {
    title: 'the service account of the installation may not do this',
    remedy:
      'take the object out, or have an administrator of the cluster grant the service account the right that the message names',
  },
  'impersonation-forbidden': {
    title: 'Reeve may not act as the service account of the installation',
    remedy:
      'have an administrator of the cluster let Reeve impersonate the service account (manifests/rbac-impersonation.yaml shows how), or name another one',
  },
  'privilege-escalation': {
    title: 'the object would grant permissions that Reeve itself does not have',
    remedy:
      'remove the rules that the message names, or have an administrator apply the object; only if Reeve is meant to hand out these permissions, grant its service account the verb bind or escalate on this very role',
  },
  'owner-reference': {
    title: 'the owner reference needs permissions on the owner that Reeve does not have',
    remedy:
      "remove blockOwnerDeletion or the owner reference from the manifest, or grant Reeve's service account the verb update on the owner's finalizers and the verb delete on the object",
  },
  'node-restricted': {
    title: 'Reeve acts as a node, which may only change what runs on it',
    remedy:
      'give Reeve a service account of its own instead of the credentials of a kubelet (see manifests/)',
  },
  'object-too-large': {
    title: 'the object is too large for the cluster to store',
    remedy:
      'split it into several objects, or keep large data elsewhere, such as in a volume, an image or an object store',
  },
  unauthenticated: {
    title: 'Reeve cannot authenticate to the API server',
    remedy:
      'renew the token or the client certificate, or repair the plugin, that the kubeconfig names; in a cluster, restart the Pod if its service account was created anew; Reeve reads the credentials again by itself',
  },
  forbidden: {
    title: 'Reeve is not allowed to do this',
    remedy:
      "grant the permissions to Reeve's account, as the ClusterRole in the plan, the log and the record does (see manifests/)",
  },
  'waiting-for-namespace': {
    title: 'the namespace does not exist',
    remedy: 'declare the Namespace, or create it: Reeve continues as soon as it exists',
  },
  unavailable: {
    title: 'the API server could not be reached or could not answer',
    remedy: 'check that it runs and can be reached from here; reeve run retries by itself',
  },
  'api-tls': {
    title: 'the TLS connection to the API server failed',
    remedy:
      'correct the server, the certificate-authority or the client certificate in the kubeconfig, or the clock of this machine; reeve run retries by itself',
  },
  contended: {
    title: 'another writer keeps changing what Git declares',
    remedy: 'remove the field or the object from Git, or stop the other writer',
  },
  'git-unreachable': {
    title: 'the Git remote could not be reached',
    remedy: 'check the URL and the network; reeve run retries by itself',
  },
  'git-tls': {
    title: 'the TLS connection to the Git remote failed',
    remedy:
      'correct http:// or https:// in the URL, or the clock of this machine; to trust an authority of your own, name the file of its certificate by --git-ca-file; reeve run retries by itself',
  },
  'git-unauthorized': {
    title: 'the Git remote refused the credentials',
    remedy:
      'check the user name and the password or token, and their files; over SSH, add the public key to the repository, and check its path',
  },
  'ssh-host-unknown': {
    title: 'the SSH server is not known',
    remedy:
      'compare the fingerprint with the one that the operator of the server publishes; if it is the same, add the line to the file of --ssh-known-hosts-file',
  },
  'ssh-host-key-changed': {
    title: 'the SSH server presents another host key than the known one',
    remedy:
      'do not trust it: another machine may answer in its place; if the operator of the server confirms the new fingerprint, put the line in place of the old one in the file of --ssh-known-hosts-file',
  },
  'ssh-host-key-revoked': {
    title: 'the SSH server presents a host key that is revoked',
    remedy:
      'do not trust it: the file of --ssh-known-hosts-file has this key as @revoked; ask the operator of the server for its new key',
  },
  'ssh-known-hosts-unreadable': {
    title: 'the file of known SSH servers cannot be read',
    remedy: 'make the file of --ssh-known-hosts-file readable for the user that Reeve runs as',
  },
  'ssh-key-unusable': {
    title: 'the SSH key cannot be used',
    remedy:
      "give a private key in OpenSSH's format or PEM by --ssh-key-file, its passphrase by --ssh-key-passphrase-file, and close the file to other users (mode 0600, or 0440 for a mounted Secret)",
  },
  'git-no-branch': {
    title: 'the branch does not exist',
    remedy: 'push the branch, or correct --branch',
  },
  'review-too-large': {
    title: 'a change too large to review',
    remedy: 'split it into several pull requests, or rebase it onto its target',
  },
  'review-too-many': {
    title: 'more open changes than are planned',
    remedy: 'close some of them: the next one is planned then',
  },
  'no-review-lead': {
    title: 'several clusters review the same branch, and none of them is named to write to the forge',
    remedy:
      'name one with `review: {lead: CLUSTER}` in the configuration files of all of them; or delete the branch reeve/review/CLUSTER of a cluster that is gone',
  },
  'review-timeout': {
    title: 'a change that takes too long to plan',
    remedy: 'split it into several pull requests; a push plans it again',
  },
  'unrelated-histories': {
    title: 'a change that has no commit in common with its target',
    remedy: 'make the branch anew from its target',
  },
  'git-no-commit': {
    title: 'no such commit in the repository',
    remedy: 'check the revision; it has to be reachable from a branch',
  },
  'git-no-path': {
    title: 'the path does not exist in the commit',
    remedy: 'create the directory, or correct --path',
  },
  'git-corrupt': {
    title: 'the local copy of the repository was damaged',
    remedy: 'Reeve clones it again',
  },
  'git-too-large': {
    title: 'the repository exceeds a size limit',
    remedy:
      'move files that are not manifests into another repository, or give Reeve more memory, of which its limits are shares',
  },
  'status-unreadable': {
    title: 'the status branch cannot be read',
    remedy:
      'check that the credentials may read it; until then held installations, finished Jobs and names of removed installations may be shown differently from how a sync treats them',
  },
  'kinds-unreadable': {
    title: 'kinds that this account may not read',
    remedy: 'grant it get, list and watch; objects of these kinds that a sync would delete are not shown',
  },
  'proposal-rejected': {
    title: 'the Git remote refused the branch that proposes versions of charts',
    remedy:
      'allow the credentials to push this branch, by force too, or turn proposals off with --propose-versions none; reeve run retries by itself',
  },
  'change-rejected': {
    title: 'the Git remote refused the change',
    remedy: 'allow the credentials to push the branch, or propose the change with --pull-request',
  },
  'not-in-branch': {
    title: 'the commit is not part of the followed branch',
    remedy: 'merge it first, or name one of the last 4,000 commits of the branch',
  },
  'branch-taken': {
    title: 'the branch that would propose the change has commits of others',
    remedy: 'merge the branch, or delete it, and try again',
  },
  'unsigned-change': {
    title: 'the commit would not be signed, and the branch may be refused for it',
    remedy:
      'give the configuration a key to sign with, or propose the change with --pull-request and sign its merge',
  },
  'no-author': {
    title: 'who makes the change is not known',
    remedy: "give --author 'NAME <EMAIL>', or set user.name and user.email with git config",
  },
  'git-rejected': {
    title: 'the Git remote refused the push',
    remedy: 'allow the credentials to push the status branch; over SSH, give the deploy key write access',
  },
  'forge-unreachable': {
    title: 'the forge could not be reached, or its answer makes no sense',
    remedy: 'check the URL of the forge and the network; reeve run retries by itself',
  },
  'forge-unauthorized': {
    title: 'the forge refused the credentials',
    remedy:
      'check the token and its rights. GitHub: Contents read, Pull requests and Commit statuses read and write, for an App also Checks read and write, and the App installed on the repository. GitLab: scope api, role Developer. Gitea and Forgejo: scopes write:repository, write:issue and read:user, of a user who may write to the repository',
  },
  'forge-rejected': {
    title: 'the forge refused a request',
    remedy: 'correct what it names; Reeve asks again when the pull request or its plan changes',
  },
  'forge-limited': {
    title: 'the forge accepts no more requests of this account for now',
    remedy:
      'nothing to do: Reeve goes on when the time is over; where it happens often, use an account of its own',
  },
  'cluster-held': {
    title: 'another Reeve of the same name has this cluster',
    remedy: 'stop one of the two; if they follow different repositories, give each its own --name',
  },
  'lease-blocked': {
    title: 'the Lease that says which Reeve has this cluster cannot be written',
    remedy:
      "correct, remove or narrow what refuses it; reeve run retries by itself, and applies Git's change or removal of such a webhook or policy of its own first",
  },
  'data-dir-locked': {
    title: 'the data directory is in use by another Reeve',
    remedy: 'stop the other one, or give this one its own --data-dir',
  },
  'data-dir-public': {
    title: 'other users may read the data directory, which belongs to one of them',
    remedy:
      'name a directory that does not exist yet, such as one below it, with --data-dir; or give it and all in it to the user that Reeve runs as',
  },
  'data-dir-unusable': {
    title: 'the data directory cannot be used',
    remedy:
      'make it writable, free disk space, and check its file system (a network mount may be gone), or choose another one with --data-dir',
  },
  'bad-option': {
    title: 'invalid option',
    remedy: 'see --help',
  },
  'bad-config': {
    title: 'invalid configuration file',
    remedy: 'see reeve run --help; the file takes the same names as the flags',
  },
  'bad-kubeconfig': {
    title: 'no usable Kubernetes configuration',
    remedy:
      'correct the kubeconfig, give another one with --kubeconfig FILE or KUBECONFIG, or run in a cluster',
  },
  'go-build': {
    title: 'a Go program of Reeve cannot be built',
    remedy:
      'install Go 1.26 or newer (https://go.dev/dl), or set KUBEBUILDER_ASSETS to a directory with etcd, kube-apiserver and kubectl, and REEVE_ENGINE to a reeve-engine',
  },
  'control-plane-assets': {
    title: 'a program of the Kubernetes control plane is missing',
    remedy: 'unset KUBEBUILDER_ASSETS to have everything built, or add the program to that directory',
  },
  'control-plane-start': {
    title: 'the Kubernetes control plane for the demo and the tests did not start',
    remedy: 'see its output above; about 600 MB of memory are needed',
  },
  'no-renderer': {
    title: 'no renderer for Helm charts and Kustomize overlays found',
    remedy:
      'install Go 1.26 or newer (https://go.dev/dl), so that Reeve builds its renderer, or set REEVE_ENGINE to a reeve-engine',
  },
  'webhook-secret-unusable': {
    title: 'the secret of webhooks cannot be used, so that none is accepted',
    remedy: 'make the file of --webhook-secret-file readable, with one secret a line',
  },
  'address-unusable': {
    title: 'Reeve cannot listen on the address for probes and metrics',
    remedy:
      'stop the program that uses the port, or choose another address with --listen ("none" serves nothing)',
  },
  'bad-proxy': {
    title: 'not the address of a proxy',
    remedy: 'write it as http://HOST:PORT, or unset it',
  },
  'system-error': {
    title: 'the operating system refused an operation',
    remedy:
      'free disk space, raise the limit of open files or correct the permissions, as the message says; reeve run retries by itself',
  },
  internal: {
    title: 'unexpected error',
    remedy: 'please report it with the log around it; reeve run retries by itself',
  },
} as const satisfies Record<string, FaultRow>

export type FaultCode = keyof typeof faultTable
