'use strict';
const byId = id => document.getElementById(id);
const form = byId('form'), status_ = byId('status'), frame = byId('answer');
const button = form.querySelector('button');

async function annotate() {
  const headers = {'Content-Type': 'application/json'};
  const token = byId('token');
  if (token) headers.Authorization = `Bearer ${token.value}`;
  const began = performance.now();
  const answer = await fetch('annotate?to=html', {
    method: 'POST', headers, body: JSON.stringify({text: byId('text').value}), cache: 'no-store',
  });
  if (!answer.ok) throw new Error((await answer.json()).error);
  frame.srcdoc = await answer.text();
  frame.hidden = false;
  status_.textContent = `${Math.round(performance.now() - began)} ms, ${answer.headers.get('X-Model')} ${answer.headers.get('X-Model-Version')}`;
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  button.disabled = true;
  status_.textContent = 'Annotating…';
  try {
    await annotate();
  } catch (error) {
    frame.hidden = true;
    status_.textContent = error.message;
  }
  button.disabled = false;
});
