import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { readOccasion } from '../../../../src/pages/occasions/make.ts';
import { drawPhoto } from '../../../../src/pages/occasions/photo-drawing.ts';
import { drawWaitingPhoto, photosOf } from '../../../../src/pages/occasions/photos.ts';
import { begunPage } from '../../../support/families.ts';
import { photograph, picture } from '../../../support/pictures.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb();
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

interface Page {
  id: string;
  token: string;
}

async function send({ token }: Page, bytes: Buffer, name = 'photo.jpg'): Promise<Response> {
  const body = new FormData();
  body.set('photo', new File([new Uint8Array(bytes)], name));
  return ask(`/occasions/make/${token}/photo?lang=en`, { method: 'POST', body });
}

const act = ({ token }: Page, photo: string, fields: Record<string, string>) =>
  ask(`/occasions/make/${token}/photos/${photo}?lang=en`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });

/** What a worker does. */
async function draw({ id }: Page) {
  for (const one of await photosOf(ground.sql, id)) await drawWaitingPhoto(ground, one.id);
  return photosOf(ground.sql, id);
}

const shows = async ({ token }: Page) => (await ask(`/occasions/make/${token}/photo?lang=en`)).text();
const added = async (bytes: Buffer) => {
  const page = await begunPage(ground);
  expect((await send(page, bytes)).status).toBe(303);
  const [photo] = await draw(page);
  return { page, photo: photo as NonNullable<typeof photo> };
};

describe('A photograph', () => {
  it('is taken in at once, drawn later, and then shown, upright and without where it was taken', async () => {
    const page = await begunPage(ground);
    await send(page, await photograph(1600, 1000));
    const waiting = await ask(`/occasions/make/${page.token}/photo?lang=en`);
    expect(waiting.headers.get('refresh')).toBe('3; url=photo?lang=en');
    expect(await waiting.text()).toContain('Being made ready');
    const [photo] = await draw(page);
    expect(photo).toMatchObject({ state: 'ready', width: 1000, height: 1600 });
    const [, src = ''] = /<img src="([^"]+)"/.exec(await shows(page)) ?? [];
    const file = await ask(src);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(file.headers.get('content-type')).toBe('image/jpeg');
    const about = await sharp(bytes).metadata();
    expect(about.exif).toBeUndefined();
    expect(bytes.toString('latin1')).not.toContain('Telephone');
    expect((await readOccasion(ground, page.id)).content.photos).toEqual([
      { id: photo?.id, x: 50, y: 40, caption: '' },
    ]);
  });

  it('of 80 megapixels is drawn small', async () => {
    const large = await sharp({
      create: { width: 10_000, height: 8_000, channels: 3, background: '#a97c1f' },
    })
      .jpeg({ quality: 60 })
      .toBuffer();
    const { photo } = await added(large);
    expect(photo.state).toBe('ready');
    expect(Math.max(photo.width ?? 0, photo.height ?? 0)).toBeLessThanOrEqual(2000);
  });

  it('that is neither JPEG nor PNG may have 50 megapixels, because it is held in memory whole', async () => {
    const large = await sharp({ create: { width: 8000, height: 7000, channels: 3, background: '#864' } })
      .webp({ quality: 10 })
      .toBuffer();
    await expect(drawPhoto(large, { turn: 0, crop: null })).rejects.toThrow('more pixels than we can read');
  });

  it('that is see-through lies on white', async () => {
    const { sizes } = await drawPhoto(
      await sharp({ create: { width: 200, height: 200, channels: 4, background: '#00000000' } })
        .png()
        .toBuffer(),
      { turn: 0, crop: null },
    );
    const { dominant } = await sharp(sizes[0]?.bytes).stats();
    expect(Math.min(dominant.r, dominant.g, dominant.b)).toBeGreaterThan(240);
  });

  it('in HEIC, a drawing in SVG, a text and one that is too small are refused with what to do', async () => {
    const page = await begunPage(ground);
    const refused = async (bytes: Buffer, name: string) => {
      const answer = await send(page, bytes, name);
      expect(answer.status).toBe(400);
      return answer.text();
    };
    const heic = Buffer.concat([
      Buffer.from([0, 0, 0, 24]),
      Buffer.from('ftypheic\0\0\0\0mif1heic'),
      Buffer.alloc(400),
    ]);
    expect(await refused(heic, 'IMG_1.HEIC')).toContain('Save or share it as JPEG');
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    expect(await refused(svg, 'drawing.jpg')).toContain('can hold scripts');
    expect(await refused(Buffer.from('only words'), 'words.png')).toContain('is no photograph');
    expect(await refused(Buffer.alloc(0), '')).toContain('Choose a photograph first.');
    expect(await photosOf(ground.sql, page.id)).toEqual([]);
    await send(page, await picture(60, 60).jpeg().toBuffer());
    await draw(page);
    expect(await shows(page)).toContain('has only 60 × 60 pixels. Choose a larger one.');
    const half = (await photograph()).subarray(0, 20_000);
    await send(page, half);
    await draw(page);
    expect(await shows(page)).toContain('is damaged and cannot be read');
  });

  it('is turned, cut, turned with its cut, and shown whole again', async () => {
    const { page, photo } = await added(await picture(1000, 600).jpeg().toBuffer());
    await act(page, photo.id, { act: 'turn' });
    expect((await draw(page))[0]).toMatchObject({ width: 600, height: 1000, turn: 1, crop: null });
    await act(page, photo.id, { act: 'cut', left: '10', right: '20', top: '0', bottom: '45' });
    const cut = { x: 10, y: 0, width: 70, height: 55 };
    expect((await draw(page))[0]).toMatchObject({ width: 420, height: 550, crop: cut });
    await act(page, photo.id, { act: 'turn' });
    expect((await draw(page))[0]).toMatchObject({
      width: 550,
      height: 420,
      crop: { x: 45, y: 10, width: 55, height: 70 },
    });
    await act(page, photo.id, { act: 'whole' });
    expect((await draw(page))[0]).toMatchObject({ width: 1000, height: 600, turn: 2, crop: null });
  });

  it('keeps where the face is and its words; another comes first; one is taken away', async () => {
    const { page, photo } = await added(await picture(800, 600).jpeg().toBuffer());
    await act(page, photo.id, { act: 'focus', focus: '15 85', caption: 'At the temple' });
    await send(page, await picture(600, 800).jpeg().toBuffer());
    const second = (await draw(page))[1]?.id ?? '';
    await act(page, second, { act: 'first' });
    const { content } = await readOccasion(ground, page.id);
    expect(content.photos).toEqual([
      { id: second, x: 50, y: 40, caption: '' },
      { id: photo.id, x: 15, y: 85, caption: 'At the temple' },
    ]);
    expect((await act(page, photo.id, { act: 'remove' })).status).toBe(303);
    expect((await readOccasion(ground, page.id)).content.photos.map(({ id }) => id)).toEqual([second]);
    expect((await act(page, photo.id, { act: 'turn' })).status).toBe(404);
  });

  it('is of its page only', async () => {
    const { photo } = await added(await picture(800, 600).jpeg().toBuffer());
    const other = await begunPage(ground);
    expect((await act(other, photo.id, { act: 'turn' })).status).toBe(404);
    await act(other, photo.id, { act: 'remove' });
    expect((await photosOf(ground.sql, other.id)).length).toBe(0);
    expect((await ground.sql.query('SELECT FROM occasion_photo WHERE id = $1', [photo.id])).rowCount).toBe(1);
    const hash = photo.files[0]?.hash;
    expect((await ask(`/occasions/make/${other.token}/photos/${hash}.jpg`)).status).toBe(404);
  });
});
