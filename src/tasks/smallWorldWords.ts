/** The words of the small world, each with the blank in front of it: sixty first and last names, 24 of each fact. */

const words = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => ` ${word}`);

export const firstNames = words(`
  Ada Alma Amir Anna Bela Boris Clara Cyrus David Dora Edith Elias Emil Erik Eva Felix Fiona Frida Georg Greta
  Hanna Hugo Ida Igor Ines Ivan Jana Jonas Julia Karl Kira Lars Laura Leo Lina Luca Mara Marco Mia Mira
  Nadia Nils Nora Olga Oscar Otto Paula Petra Ralf Rosa Ruth Sara Sofia Sven Tara Theo Tina Vera Viktor Yara`);

export const lastNames = words(`
  Adler Andersen Arora Bauer Becker Bianchi Blum Bondar Braun Costa Dahl Duarte Ekman Evers Falk Ferrari Fischer
  Fontana Garcia Gruber Haas Hansen Hoang Horvat Ibsen Ito Jansen Jensen Kaplan Keller Kim Klein Koch Kovac
  Kramer Larsen Lehmann Lindt Lopez Madsen Maier Marin Mendes Molnar Moreau Nagy Novak Okafor Olsen Peters
  Popov Reyes Rossi Santos Schmidt Silva Tanaka Vogel Weber Yilmaz`);

export const cities = words(`
  Accra Aden Athens Bergen Bern Boston Cairo Dakar Delhi Dublin Geneva Hanoi Kyoto Lagos Lima Lisbon Lyon Madrid
  Nairobi Oslo Perth Quito Riga Tunis`);

export const jobs = words(`
  baker barber brewer butcher carpenter cook dentist driver farmer fisher gardener glazier judge lawyer mason miller
  nurse painter pilot plumber sailor surgeon tailor teacher`);

export const years: readonly string[] = Array.from({ length: 24 }, (_, nth) => ` ${1940 + 2 * nth}`);
