/** Sentences in other languages for the pages of `labelledCrawl`, invented for it. */
import type { Random } from '../../core/random.js';
import type { PageText } from './crawlText.js';

const languages: readonly (readonly string[])[] = [
  [
    'Der Bahnhof wird im kommenden Frühjahr für drei Monate geschlossen.',
    'Viele Pendler fragen sich, wie sie in dieser Zeit zur Arbeit kommen sollen.',
    'Die Stadt verspricht zusätzliche Busse und bittet um Geduld.',
    'Am Marktplatz haben die ersten Händler schon ihre Stände abgebaut.',
    'Eine Lehrerin erzählt, dass ihre Klasse jetzt zu Fuß zum Schwimmbad geht.',
    'Niemand weiß genau, was der Umbau am Ende kosten wird.',
    'Im Rathaus liegen die Pläne bis Freitag zur Einsicht aus.',
  ],
  [
    'La gare sera fermée pendant trois mois au printemps prochain.',
    'Beaucoup de voyageurs se demandent comment ils iront au travail.',
    'La mairie promet des autobus supplémentaires et demande un peu de patience.',
    'Sur la place du marché, les premiers commerçants ont déjà replié leurs étals.',
    'Une institutrice raconte que sa classe va maintenant à pied à la piscine.',
    'Personne ne sait exactement combien coûteront les travaux.',
    'Les plans peuvent être consultés jusqu’à vendredi.',
  ],
  [
    'La estación estará cerrada durante tres meses la próxima primavera.',
    'Muchos viajeros se preguntan cómo llegarán al trabajo.',
    'El ayuntamiento promete más autobuses y pide un poco de paciencia.',
    'En la plaza del mercado los primeros vendedores ya han recogido sus puestos.',
    'Una maestra cuenta que su clase va ahora andando a la piscina.',
    'Nadie sabe con certeza cuánto costarán las obras.',
    'Los planos se pueden ver hasta el viernes.',
  ],
  [
    'Het station gaat komend voorjaar drie maanden dicht.',
    'Veel reizigers vragen zich af hoe ze dan op hun werk moeten komen.',
    'De gemeente belooft extra bussen en vraagt om geduld.',
    'Op het marktplein hebben de eerste kooplieden hun kramen al afgebroken.',
    'Een juf vertelt dat haar klas nu te voet naar het zwembad gaat.',
    'Niemand weet precies wat de verbouwing gaat kosten.',
    'De tekeningen liggen tot vrijdag ter inzage.',
  ],
  [
    'Вокзал закроют на три месяца следующей весной.',
    'Многие пассажиры не знают, как они будут добираться до работы.',
    'Городские власти обещают дополнительные автобусы и просят потерпеть.',
    'На рыночной площади первые торговцы уже убрали свои прилавки.',
    'Учительница рассказывает, что её класс теперь ходит в бассейн пешком.',
    'Никто точно не знает, сколько будет стоить ремонт.',
    'Планы можно посмотреть до пятницы.',
  ],
  [
    '駅は来年の春に三か月間閉鎖されます。',
    '多くの乗客は、その間どうやって仕事に行けばよいのか心配しています。',
    '市は臨時のバスを約束し、しばらく我慢してほしいと言っています。',
    '市場の広場では、最初の商人たちがもう店を片付けました。',
    'ある先生は、クラスの子どもたちが今は歩いてプールに行くと話しています。',
    '工事にいくらかかるのか、誰も正確には知りません。',
    '図面は金曜日まで見ることができます。',
  ],
];

/** A page in one of six languages: its sentences in random order, some of them twice in other paragraphs. */
export function foreignText(random: Random): PageText {
  const sentences = random.pick(languages);
  const paragraphs = Array.from({ length: 3 + random.integer(3) }, () =>
    random
      .shuffle(sentences)
      .slice(0, 3 + random.integer(3))
      .join(' '),
  );
  return { title: sentences[0]!, paragraphs };
}
