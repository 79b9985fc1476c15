/** What a day of a call centre costs: wages, and the patience of those who wait (Erlang C). */

/** A group of agents who start together. */
export interface Shift {
  readonly name: string;
  readonly start: number;
  readonly hours: number;
  readonly breakAfter?: number;
  /** Wage of one agent for one hour. */
  readonly wage: number;
}

export interface Forecast {
  readonly hour: number;
  readonly callsPerHour: number;
}

export interface Service {
  /** Mean length of a call in minutes. */
  readonly handling: number;
  /** What a minute of waiting costs, one caller. */
  readonly waitingCost: number;
  /** The share of callers to be answered within `answerWithin` minutes, and what each missing percent costs an hour. */
  readonly goal: { readonly share: number; readonly answerWithin: number };
  readonly missedGoalCost: number;
}

export interface HourReport {
  readonly hour: number;
  readonly agents: number;
  readonly load: number;
  /** Mean wait in minutes. */
  readonly wait: number;
  readonly answeredInTime: number;
}

/** Who has two agents and a half: the loss formula between whole numbers is taken along a straight line. */
function erlangB(agents: number, load: number): number {
  // DC3004: the straight line below has the slope
  const whole = Math.floor(agents);
  let blocked = 1;
  for (let k = 1; k <= whole; k++) {
    blocked = (load * blocked) / (k + load * blocked);
  }
  const next = (load * blocked) / (whole + 1 + load * blocked);
  return blocked + (agents - whole) * (next - blocked);
}

/** The chance that a caller has to wait. */
function erlangC(agents: number, load: number): number {
  const blocked = erlangB(agents, load);
  return (agents * blocked) / (agents - load * (1 - blocked));
}

const isAtWork = ({ start, hours, breakAfter }: Shift, hour: number): boolean =>
  hour >= start && hour < start + hours && hour !== start + (breakAfter ?? NaN);

/** Agents at work in an hour. */
const agentsAt = (
  hour: number,
  shifts: readonly Shift[],
  staff: readonly number[],
): number =>
  shifts
    .map((shift, i) => (isAtWork(shift, hour) ? staff[i] : 0))
    .reduce((sum, n) => sum + n, 0);

/** One hour. Where the calls are more than the agents can take, the queue grows until the hour is over. */
export function hourOf(
  { hour, callsPerHour }: Forecast,
  agents: number,
  service: Service,
): HourReport {
  const { handling, goal } = service;
  const load = (callsPerHour * handling) / 60;
  // the formulas want more agents than there is work for
  const enough = load + 0.1 * Math.sqrt(load);
  const steady = Math.max(agents, enough);
  const lacking = (steady - agents) / Math.max(agents, 0.5);
  const waits = erlangC(steady, load);
  const spare = steady - load;
  const inTime = 1 - waits * Math.exp((-spare * goal.answerWithin) / handling);
  return {
    hour,
    agents,
    load,
    // of the hour's pile, half is the mean
    wait: (waits * handling) / spare + 30 * lacking,
    answeredInTime: inTime * Math.exp(-5 * lacking),
  };
}

export function dayOf(
  staff: readonly number[],
  shifts: readonly Shift[],
  forecast: readonly Forecast[],
  service: Service,
): HourReport[] {
  return forecast.map((f) =>
    hourOf(f, agentsAt(f.hour, shifts, staff), service),
  );
}

/**
 * The cost of a day with `staff[i]` agents in shift `i`.
 *
 * @differentiable wrt=staff
 */
export function dailyCost(
  staff: readonly number[],
  shifts: readonly Shift[],
  forecast: readonly Forecast[],
  service: Service,
): number {
  if (staff.length !== shifts.length)
    throw new Error(`${staff.length} numbers for ${shifts.length} shifts`);
  const wages = shifts.reduce(
    (sum, { wage, hours }, i) => sum + wage * hours * staff[i],
    0,
  );
  const reports = dayOf(staff, shifts, forecast, service);
  const queueing = reports.map(({ wait, answeredInTime }, i) => {
    const missing = Math.max(0, service.goal.share - answeredInTime);
    return (
      forecast[i].callsPerHour * wait * service.waitingCost +
      100 * missing * service.missedGoalCost
    );
  });
  return wages + queueing.reduce((a, b) => a + b, 0);
}
