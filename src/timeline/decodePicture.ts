/** A JPEG's pixels. ImageDecoder takes a millisecond where a Blob's way through the browser takes several; Safari does not have it. */
export async function decodePicture(jpeg: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  if (typeof ImageDecoder === 'undefined') return createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }))
  const decoder = new ImageDecoder({ data: jpeg, type: 'image/jpeg' })
  try {
    const { image } = await decoder.decode()
    try {
      return await createImageBitmap(image)
    } finally {
      // A VideoFrame holds memory of the decoder's, of which there is little.
      image.close()
    }
  } finally {
    decoder.close()
  }
}
