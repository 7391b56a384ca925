// The agency's cameras: all of them, one of them, or a new one, as the address says.
import './cameras.css';
import { usePage } from '../navigate.js';
import { AddCamera } from './add-camera.js';
import { CameraPage } from './camera-page.js';
import { Wall } from './wall.js';

export const CamerasPage = () => {
  const [, which] = usePage().split('/');
  if (which === 'add') return <AddCamera />;
  return which === undefined ? <Wall /> : <CameraPage key={which} id={which} />;
};

export default CamerasPage;
