/** Whether ADD fetches a source instead of copying it: a URL, or what BuildKit takes for a git repository (util/gitutil, ParseGitRef), and rather more than less. */
export function isRemote(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/|^[\w.-]+@[\w.-]+:|^github\.com\/|\.git(?:[#?]|$)/i.test(source);
}
