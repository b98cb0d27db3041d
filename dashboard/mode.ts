/** What is shown decides what keys mean: a run of others is only watched, a lab is steered, a record is replayed. */
export type Mode = "watch" | "steer" | "replay";
