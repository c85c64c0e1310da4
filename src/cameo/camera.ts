/** Camera and microphone, open only while a likeness is recorded. */

/** Frames are judged this large; more pixels only take longer. px */
const frameHeight = 360

export interface Camera {
  video: HTMLVideoElement
  /** The frame that is seen now. */
  frame(): Promise<ImageBitmap>
  /** Loudness of the microphone now, root mean square 0…1. */
  level(): number
  close(): void
}

/** @throws DOMException as getUserMedia does: NotAllowedError, NotFoundError, NotReadableError */
export async function openCamera(video: HTMLVideoElement): Promise<Camera> {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices) throw new DOMException('There is no camera in this browser.', 'NotFoundError')
  const stream = await devices.getUserMedia({ video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'user' }, audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } })
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const close = () => {
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
    void context.close()
  }
  try {
    video.srcObject = stream
    await video.play()
  } catch (error) {
    close()
    throw error
  }
  return {
    video,
    close,
    frame: () => createImageBitmap(video, { resizeHeight: frameHeight, resizeWidth: Math.round((frameHeight * video.videoWidth) / video.videoHeight) }),
    level() {
      analyser.getFloatTimeDomainData(samples)
      return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
    },
  }
}
