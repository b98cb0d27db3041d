/** The name that a user gives to an image of his own, in a topology and on the command line. */
export const imageName = /^[a-z0-9]([a-z0-9._-]{0,46}[a-z0-9])?$/;

export const imageNameRule = "expected lower-case letters, digits, and inner '.', '_' and '-', at most 48";
