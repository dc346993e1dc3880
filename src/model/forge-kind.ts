/** The forges that Reeve knows; Forgejo is as Gitea. */
export type ForgeKind = 'github' | 'gitlab' | 'gitea'
