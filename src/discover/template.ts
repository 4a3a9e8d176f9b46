import { parse } from '../dockerfile/parse.ts';

/** Jinja, ERB, m4, Go, Mustache, Handlebars, EJS, Mako, Liquid, autoconf; `.template` is the official images' (jq and awk). */
const TEMPLATE_SUFFIX = /\.(?:j2|jinja2?|erb|m4|tmpl|tpl|gotmpl|template|mustache|hbs|ejs|mako|liquid|in)$/;
const MARKS = ['{{', '{%', '<%', 'include('];

/** The name without the suffix of a template; undefined where it has none. */
export function withoutTemplateSuffix(name: string): string | undefined {
  const suffix = TEMPLATE_SUFFIX.exec(name);
  return suffix ? name.slice(0, suffix.index) : undefined;
}

/** Whether a file is made into a Dockerfile rather than being one: by its suffix, or by a mark of a template where an instruction should start. */
export function isTemplate(name: string, text: string): boolean {
  if (withoutTemplateSuffix(name) !== undefined) return true;
  if (!MARKS.some(mark => text.includes(mark))) return false;
  return parse(text).instructions.some(({ start }) => MARKS.some(mark => text.startsWith(mark, start)));
}
