/** Why something is left alone. */
export interface Because {
  code: string;
  reason: string;
}
