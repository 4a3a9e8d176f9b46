/** The cases of each transform that build on the stand-ins of public images: on them every promise is tried. */
export const BUILDING: Record<string, readonly string[]> = {};
