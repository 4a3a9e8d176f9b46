const CARRIAGE_RETURN = 'takes a lone carriage return for the end of a line';
const ESCAPED_BACKSLASH = 'takes two backslashes at the end of a line for a continuation';
const GLUED_CONTINUATION = 'ends an instruction at a comment where the continuation is glued to the keyword';

/** Files of the corpus in which dockerfile-ast 0.7.1 sees other instruction boundaries than BuildKit, and the bug of its own that is why. */
export const knownMismatches: Record<string, string> = {
  'dockerfiles/tuhh-softsec+DockerCleaner/dataset/original_repos/mongo/4.0/windows/nanoserver-1809/Dockerfile': ESCAPED_BACKSLASH,
  'dockerfiles/tuhh-softsec+DockerCleaner/dataset/original_repos/mongo/4.0/windows/nanoserver-ltsc2022/Dockerfile': ESCAPED_BACKSLASH,
  'dockerfiles/yinyuanzhang+dockerfiles/data/a/alantrrs/bullet3/Dockerfile': ESCAPED_BACKSLASH,
  'dockerfiles/yinyuanzhang+dockerfiles/data/f/fruch/twisted-pretenders/Dockerfile': GLUED_CONTINUATION,
  'dockerfiles/yinyuanzhang+dockerfiles/data/i/ivanchaz/ipython_notebook/Dockerfile': CARRIAGE_RETURN,
  'dockerfiles/yinyuanzhang+dockerfiles/data/s/seabbs/tweetrstudiocheatsheets/Dockerfile': ESCAPED_BACKSLASH,
  'dockerfiles/yinyuanzhang+dockerfiles/data/w/whatwedo/mariadb/Dockerfile': CARRIAGE_RETURN,
  'dockerfiles/yinyuanzhang+dockerfiles/data/w/whatwedo/php56/Dockerfile': CARRIAGE_RETURN,
};
