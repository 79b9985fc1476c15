/** A geared drive: how fast its load can be accelerated, and whether the teeth bear it. */

const STEEL = 7.85e-6; // kg per cubic millimetre

/** A toothed wheel as a solid disc; lengths in mm, inertia in kg mm^2. */
class Gear {
  readonly diameter: number;
  readonly width: number;

  constructor(diameter: number, width: number) {
    this.diameter = diameter;
    this.width = width;
  }

  get mass(): number {
    return STEEL * (Math.PI / 4) * this.diameter ** 2 * this.width;
  }

  get inertia(): number {
    return (this.mass * this.diameter ** 2) / 8;
  }
}

/** One step of the train. Ratios are input speed over output speed. */
abstract class Stage {
  abstract readonly efficiency: number;

  abstract get ratio(): number;
  abstract get mass(): number;
  /** Inertia of its own parts, as felt at its input. */
  abstract get ownInertia(): number;
  /** Force at a tooth for a torque at the input, in N for N mm. */
  abstract toothForce(torque: number): number;
  abstract get width(): number;

  /** Bending stress at the root of a tooth (Lewis' formula), in N/mm^2. */
  bendingStress(torque: number, module: number): number {
    const formFactor = 0.32;
    return this.toothForce(torque) / (this.width * module * formFactor);
  }

  /** What is felt at the input of an inertia at the output. */
  reflected(loadInertia: number): number {
    return this.ownInertia + loadInertia / (this.ratio ** 2 * this.efficiency);
  }
}

class SpurPair extends Stage {
  readonly efficiency: number = 0.98;
  private readonly pinion: Gear;
  private readonly wheel: Gear;

  constructor(pinionDiameter: number, ratio: number, width: number) {
    super();
    this.pinion = new Gear(pinionDiameter, width);
    this.wheel = new Gear(pinionDiameter * ratio, width);
  }

  get ratio(): number {
    return this.wheel.diameter / this.pinion.diameter;
  }

  get mass(): number {
    return this.pinion.mass + this.wheel.mass;
  }

  get width(): number {
    return this.pinion.width;
  }

  get ownInertia(): number {
    return this.pinion.inertia + this.wheel.inertia / this.ratio ** 2;
  }

  toothForce(torque: number): number {
    return (2 * torque) / this.pinion.diameter;
  }
}

/** Sun driven, ring held, planets on the carrier. */
class Planetary extends Stage {
  override readonly efficiency: number = 0.97;
  private readonly sun: Gear;
  private readonly planet: Gear;
  private readonly planets: number;

  constructor(sunDiameter: number, ratio: number, width: number, planets = 3) {
    super();
    this.sun = new Gear(sunDiameter, width);
    // ratio = 1 + ring / sun, and ring = sun + 2 planet
    this.planet = new Gear((sunDiameter * (ratio - 2)) / 2, width);
    this.planets = planets;
  }

  get ratio(): number {
    return 2 + (2 * this.planet.diameter) / this.sun.diameter;
  }

  get mass(): number {
    const ring = this.sun.diameter + 2 * this.planet.diameter;
    const rim = STEEL * Math.PI * ring * 10 * this.width;
    return this.sun.mass + this.planets * this.planet.mass + rim;
  }

  get width(): number {
    return this.sun.width;
  }

  get ownInertia(): number {
    const arm = (this.sun.diameter + this.planet.diameter) / 2;
    const orbiting = this.planets * this.planet.mass * arm ** 2;
    const spin = (this.sun.diameter / this.planet.diameter) * (1 / 2);
    return (
      this.sun.inertia +
      orbiting / this.ratio ** 2 +
      this.planets * this.planet.inertia * spin ** 2
    );
  }

  toothForce(torque: number): number {
    return (2 * torque) / (this.sun.diameter * this.planets);
  }
}

/** How a stage is described; sizes in mm. */
export interface StageDesign {
  readonly type: "spur" | "planetary";
  diameter: number;
  ratio: number;
  width: number;
}

export interface Drive {
  /** Torque of the motor in N mm, inertias in kg mm^2. */
  readonly motorTorque: number;
  readonly motorInertia: number;
  readonly loadInertia: number;
  /** What the ratios have to multiply to. */
  readonly totalRatio: number;
  /** Allowed bending stress in N/mm^2, and the module of the teeth in mm. */
  readonly allowedStress: number;
  readonly module: number;
}

const build = ({ type, diameter, ratio, width }: StageDesign): Stage =>
  type === "spur"
    ? new SpurPair(diameter, ratio, width)
    : new Planetary(diameter, ratio, width);

/** The figures of a design, stage by stage and as a whole. */
export function evaluate(designs: readonly StageDesign[], drive: Drive) {
  const stages = designs.map(build);
  const ratio = stages.reduce((product, stage) => product * stage.ratio, 1);
  const inertia = stages.reduceRight(
    (load, stage) => stage.reflected(load),
    drive.loadInertia,
  );
  const stresses: number[] = [];
  let torque = drive.motorTorque;
  for (const stage of stages) {
    stresses.push(stage.bendingStress(torque, drive.module));
    torque *= stage.ratio * stage.efficiency;
  }
  return {
    ratio,
    stresses,
    inertia: inertia + drive.motorInertia,
    mass: stages.reduce((sum, { mass }) => sum + mass, 0),
    outputTorque: torque,
  };
}

/**
 * What a good drive makes small: reflected inertia, some of its mass, and penalties for a wrong ratio and for teeth
 * that are too weak.
 *
 * @differentiable wrt=designs
 */
export function driveCost(
  designs: readonly StageDesign[],
  drive: Drive,
): number {
  const { ratio, stresses, inertia, mass } = evaluate(designs, drive);
  const wrongRatio = Math.log(ratio / drive.totalRatio) ** 2;
  const tooWeak = stresses
    .filter((stress) => stress > drive.allowedStress)
    .map((stress) => (stress / drive.allowedStress - 1) ** 2)
    .reduce((a, b) => a + b, 0);
  return (
    inertia / drive.motorInertia + 0.3 * mass + 200 * wrongRatio + 100 * tooWeak
  );
}
