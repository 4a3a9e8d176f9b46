export default function Home() {
  return <main>Hello, it's me</main>;
}
