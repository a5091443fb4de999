function namesIn(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/**
 * The 68 images of CBSD68 (Martin et al. 2001; Roth and Black 2005), by name: those of `val` of BSDS500. Not part of the project.
 */
export const cbsd68Names: readonly string[] = namesIn(`
  101085 101087 102061 103070 105025 106024 108005 108070 108082 109053 119082 12084 123074 126007 130026 134035
  14037 143090 145086 147091 148026 148089 157055 159008 160068 16077 163085 167062 167083 170057 175032 175043
  182053 189080 19021 196073 197017 208001 210088 21077 216081 219090 220075 223061 227092 229036 236037 24077
  241004 241048 253027 253055 260058 271035 285079 291000 295087 296007 296059 299086 300091 302008 304034 304074
  306005 3096 33039 351093
`);

/** 13 images of Set14 (Zeyde, Elad and Protter 2010), by name, all but one that is grey. Not part of the project. */
export const set14Names: readonly string[] = namesIn(`
  baboon barbara bridge coastguard comic face flowers foreman man monarch pepper ppt3 zebra
`);

/** The images of BSD400 that are kept out of training (`openBsd400`), by name. */
export const bsd400TuneNames: readonly string[] = namesIn(`
  100007 157032 226043 35028 100075 161062 232038 361084
`);

/** Of the eleven embedded images of other kinds those whose three channels are equal. */
export const greyOthers: readonly string[] = namesIn("bricks coins horse moon page phantom");
